"""Which apps may open our addresses? What Apple and Google fetch to know it, from the settings.

Apple: https://developer.apple.com/documentation/bundleresources/applinks.
Google: https://developers.google.com/digital-asset-links/v1/statements.
Both want JSON at once, without a redirect.
"""

from collections.abc import Sequence
from typing import Any

from server.settings import AndroidApp


def apple_app_site_association(app_ids: Sequence[str]) -> dict[str, Any]:
    """`app_ids` are team and bundle (`ABCDE12345.org.example.hallway`). Badges open in either case: what
    reads a QR code in alphanumeric mode may hand it over in capitals. Nudges open from our mails."""
    badge = {"/": "/b/*", "caseSensitive": False, "comment": "Badges"}
    nudge = {"/": "/n/*", "comment": "Nudges"}
    return {"applinks": {"details": [{"appIDs": list(app_ids), "components": [badge, nudge]}]}}


def asset_links(apps: Sequence[AndroidApp]) -> list[dict[str, Any]]:
    return [
        {
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": app.package,
                "sha256_cert_fingerprints": list(app.fingerprints),
            },
        }
        for app in apps
    ]
