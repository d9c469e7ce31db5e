"""Real answers against the shapes of /openapi.json, strictly: a field that no shape names is a fault too."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from fastapi import FastAPI

JSON, STREAM = "application/json", "text/event-stream"


class Contract:
    """held: (method, path, status) of every answer that was held against its shape."""

    def __init__(self, app: FastAPI) -> None:
        self.document = copy.deepcopy(app.openapi())
        for shape in self.document["components"]["schemas"].values():
            if "properties" in shape:
                shape.setdefault("additionalProperties", False)
        self.held: set[tuple[str, str, int]] = set()
        self._validators: dict[tuple[str, str, int], jsonschema_rs.Draft202012Validator] = {}

    def promised(self) -> Iterator[tuple[str, str, int, dict[str, Any]]]:
        """(method, path, status, content) of every success."""
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                for status, response in operation["responses"].items():
                    if status.startswith("2"):
                        yield method.upper(), path, int(status), response.get("content", {})

    def hold(self, method: str, path: str, status: int, content_type: str, body: bytes) -> None:
        kind = content_type.partition(";")[0]
        if not 200 <= status < 300 or kind not in (JSON, STREAM) or path not in self.document["paths"]:
            return
        validator = self._validator((method, path, status), kind)
        for part in frames(body) if kind == STREAM else [json.loads(body)]:
            faults = [f"{list(one.instance_path)}: {one.message}" for one in validator.iter_errors(part)]
            assert not faults, f"{method} {path} {status}: {faults[:3]} in {json.dumps(part)[:400]}"
            self.held.add((method, path, status))

    def _validator(self, answer: tuple[str, str, int], kind: str) -> jsonschema_rs.Draft202012Validator:
        if answer not in self._validators:
            method, path, status = answer
            content = self.document["paths"][path][method.lower()]["responses"][str(status)]["content"][kind]
            shape = {**content["itemSchema" if kind == STREAM else "schema"], "components": self.document["components"]}
            self._validators[answer] = jsonschema_rs.Draft202012Validator(shape, validate_formats=True)
        return self._validators[answer]


def frames(body: bytes) -> Iterator[dict[str, Any]]:
    """Pings are left out. Only a line feed ends a line here; Unicode has more of them."""
    for block in body.decode().replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if fields:
            read = {"id": int, "event": str, "data": json.loads}
            yield {name: read[name](value) for name, value in fields.items()}
