"""The formula language: Excel's syntax with names where addresses would stand."""
