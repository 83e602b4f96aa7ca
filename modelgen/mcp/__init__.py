"""modelgen for programs that speak the Model Context Protocol: the commands as tools."""
