"""The MCP surface: tools, resources, prompts and transports; the only package that imports `mcp`."""
