"""Many scenarios of one deal, many deals at once, and work spread over processes and clusters."""
