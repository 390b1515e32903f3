"""What is installed, looked up among known vulnerabilities: `just audit`, a part of the gate.

A vulnerability fails the gate. That the list of vulnerabilities cannot be reached does not, and is said.
"""

import json
import subprocess
import sys

EXPORT = ["uv", "export", "--quiet", "--no-hashes", "--no-emit-project", "--no-dev", "--no-annotate", "--no-header"]
AUDIT = ["uvx", "--quiet", "pip-audit", "--requirement", "/dev/stdin", "--no-deps", "--disable-pip"]
PLAIN = ["--format", "json", "--progress-spinner", "off"]
LONGEST = 300
"""Seconds."""


def main() -> int:
    """The exit code: 1 if a version that is installed has a known vulnerability."""
    pinned = subprocess.run(EXPORT, capture_output=True, text=True, check=True).stdout
    try:
        done = subprocess.run(
            [*AUDIT, *PLAIN], input=pinned, capture_output=True, text=True, timeout=LONGEST, check=False
        )
        found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        print(f"Not audited, the list of vulnerabilities cannot be read: {type(error).__name__}")
        return 0
    known = [(x["name"], x["version"], fault) for x in found for fault in x.get("vulns", ())]
    skipped = [x for x in found if "skip_reason" in x]
    print(f"{len(found) - len(skipped)} packages audited, {len(known)} vulnerabilities known.", end=" ")
    print(f"{len(skipped)} could not be looked up." if skipped else "")
    for name, version, fault in known:
        print(f"  {name} {version}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version yet'}")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main())
