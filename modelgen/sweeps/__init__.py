"""Many scenarios of one deal, many deals at once, and the work spread over processes and clusters."""
