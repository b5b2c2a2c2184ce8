"""Static files: their addresses carry a hash of the content, so browsers keep them for good."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

_FOR_GOOD_S = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Give templates `asset(name)`, and the files it names a long life."""
    versions = _read_versions(Path(app.static_folder or ""))

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    def keep_for_good(response: Response) -> Response:
        if request.endpoint == "static" and request.view_args is not None:
            version = versions.get(request.view_args["filename"])
            if version is not None and request.args.get("v") == version:
                response.headers["Cache-Control"] = f"public, max-age={_FOR_GOOD_S}, immutable"
            else:
                response.headers["Cache-Control"] = "public, no-cache"
        return response

    app.add_template_global(asset, "asset")
    app.after_request(keep_for_good)


def _read_versions(folder: Path) -> dict[str, str]:
    """Hash every file, by its path in the folder: `vendor/tus/tus.min.js`."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in folder.rglob("*")
        if path.is_file()
    }
