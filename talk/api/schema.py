"""The OpenAPI description, made from the structs that the views take and give."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from msgspec import Struct

from talk.api.answers import Problem

REF = "#/components/schemas/{name}"
PROBLEM = {"application/problem+json": {"schema": {"$ref": REF.format(name="Problem")}}}

described: list[Any] = [Problem]
View = TypeVar("View", bound=Callable[..., Any])


class Schema(AutoSchema):
    """Takes everything from `describe`; nothing is guessed."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0].split(":")[0]]


class ApiTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "talk.api.authentication.TokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token (`sbn_…`), made by an administrator, with scopes.",
        }


def describe(
    operation: str,
    summary: str,
    *,
    query: type[Struct] | None = None,
    body: type[Struct] | None = None,
    form: dict[str, Any] | None = None,
    answer: Any = None,
    status: int = 200,
    media_type: str = "application/json",
    repeats: bool = False,
) -> Callable[[View], View]:
    """Describe one method of a view; its docstring becomes the long text."""
    described.extend(kind for kind in (body, answer) if kind not in (None, bytes, *described))
    request: dict[str, Any] | None = {"application/json": reference(body)} if body else None
    if form is not None:
        request = {"multipart/form-data": form}
    decorate: Callable[[View], View] = extend_schema(
        operation_id=operation,
        summary=summary,
        parameters=[*_parameters(query), *([IDEMPOTENCY_KEY] if repeats else [])],
        request=request,
        responses={(status, media_type): _answer(answer, media_type)},
    )
    return decorate


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A repeat with the same key gets the first answer; kept for 48 hours.",
)


def add_rows(result: dict[str, Any], **options: object) -> dict[str, Any]:
    """Put the structs into the document, and the problem answer to every operation."""
    _, components = msgspec.json.schema_components(described, ref_template=REF)
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(components)
    for operations in result["paths"].values():
        for operation in operations.values():
            _name_ids(operation.get("parameters", ()))
            operation["responses"]["default"] = {"description": "Problem", "content": PROBLEM}
    return result


def _name_ids(parameters: Iterable[dict[str, Any]]) -> None:
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter["schema"] = {"type": "string", "format": "uuid"}


def reference(kind: Any) -> dict[str, Any]:
    """Return the schema that refers to a struct, or to a list of them."""
    [schema], _ = msgspec.json.schema_components([kind], ref_template=REF)
    return dict(schema)


def _answer(answer: Any, media_type: str) -> Any:
    if answer is None:
        return OpenApiResponse(description="Done")
    if answer is bytes:
        return OpenApiResponse({"type": "string", "format": "binary"}, description="The file")
    return OpenApiResponse(reference(answer), description="Success")


def _parameters(query: type[Struct] | None) -> Iterable[OpenApiParameter]:
    if query is None:
        return
    _, components = msgspec.json.schema_components([query], ref_template=REF)
    schema = components[query.__name__]
    for name, field in schema["properties"].items():
        yield OpenApiParameter(
            name,
            _inlined(field, components),
            OpenApiParameter.QUERY,
            required=name in schema.get("required", ()),
        )


def _inlined(field: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    name = field.get("$ref", "").rsplit("/", 1)[-1]
    plain = {**components[name], **field} if name else dict(field)
    return {key: value for key, value in plain.items() if key not in {"$ref", "title"}}
