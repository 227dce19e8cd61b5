"""The public API (开放接口): JSON for programs, described by OpenAPI 3.1 at /api/v1/openapi.json."""
