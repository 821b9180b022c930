"""What api.line.me, api-data.line.me and access.line.me answer."""
