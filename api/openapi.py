"""The OpenAPI description, completed from the guards: who may call each route, and what every refusal looks like."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.frames import EventStream
from api.guards import Policy, cookie_name, route_policies
from api.problems import MEDIA_TYPE
from core.settings import Settings

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; see docs/errors.md."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "message": {"type": "string"}}},
        },
    },
}


def describe(app: FastAPI, settings: Settings) -> None:
    schemes = {
        "visitor": {"type": "http", "scheme": "bearer", "description": "A visitor token, vst_…"},
        "api_key": {"type": "http", "scheme": "bearer", "description": "An API key, wlk_…"},
        "session": {"type": "apiKey", "in": "cookie", "name": cookie_name(settings), "description": "Set by POST /v1/sessions."},
    }

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            components = schema.setdefault("components", {})
            components["securitySchemes"] = schemes
            components.setdefault("schemas", {})["Problem"] = _PROBLEM
            policies = route_policies(app)
            for path, operations in schema.get("paths", {}).items():
                for method, operation in operations.items():
                    _complete(operation, policies[method.upper(), path])
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _shape_alone(body: dict[str, Any], name: str) -> None:
    """FastAPI lays the shape that a route names over what it reads from the handler's own annotation: only the shape counts.

    name: of a stream the shape is that of each of its frames (OpenAPI 3.2).
    """
    schema = body["schema"]
    shape = {key: schema[key] for key in ("$ref", "anyOf") if key in schema}
    if shape:
        body["schema"] = {"type": "string"}
        body[name] = shape


def _complete(operation: dict[str, Any], policy: Policy) -> None:
    names = {"visitor": "visitor", "api_key": "api_key", "person": "session"}
    operation["security"] = [] if policy.is_public else [{names[actor]: []} for actor in sorted(policy.actors)]
    if policy.permission:
        operation["x-permission"] = policy.permission
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)
    for response in responses.values():
        for media_type, body in response.get("content", {}).items():
            _shape_alone(body, "itemSchema" if media_type == EventStream.media_type else "schema")
    responses["default"] = {"description": "A problem document (RFC 9457)", "content": content}
