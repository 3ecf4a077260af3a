"""The files of ``deploy``, each tried: HAProxy and nginx serve the real site from two nodes, the units are read by
systemd, primary and standby change places, a moment is brought back from the backups."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.drills.drills import Site
from tests.drills.traffic import ANY, NAME
from tests.drills.world import DEPLOY, base, run, until

HOST = "10.44.6.1"


def _get(address: str, host: str = HOST, port: int = 443, method: str = "GET", **headers: str) -> Any:
    """An answer, read to its end; its body is ``.body``."""
    kind = http.client.HTTPSConnection if port == 443 else http.client.HTTPConnection
    line = kind(host, port, timeout=20, **({"context": ANY} if port == 443 else {}))
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    line.request(method, address, headers={"Host": NAME, "Accept-Language": "fr", **names})
    answer = line.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    line.close()
    return answer


def _front_serves(outside_status: int) -> None:
    """What any balancer in front of the archive must do."""
    assert _get("/", port=80).status == 308, "plain HTTP is sent on to HTTPS"
    home = _get("/", Accept_Encoding="gzip", X_Forwarded_Host="elsewhere.example", X_Forwarded_Proto="http")
    assert home.status == 200
    assert home.headers["Content-Encoding"] == "gzip", "compressed, by the archive"
    assert home.headers["Strict-Transport-Security"], "the archive knows that it is reached over HTTPS"
    assert b"elsewhere.example" not in _get("/", X_Forwarded_Host="elsewhere.example").body, "no stranger's name"
    sheet = re.search(rb"/static/site\.css\?v=[0-9a-f]+", _get("/").body)
    assert sheet
    kept = _get(sheet[0].decode())
    assert "immutable" in kept.headers["Cache-Control"], "files by fingerprint are kept"
    assert _get("/metrics").status == 200, "those inside may watch"
    assert _get("/metrics", host="127.0.0.1").status == outside_status, "those outside may not"
    assert _get("/offer", method="POST", Content_Length="99999999").status == 413, "too large"
    assert _get("/health").status == 200


def haproxy(site: Site) -> None:
    """HAProxy: the file is sound, serves, and knows which nodes are well."""
    _front_serves(404)
    first, second = site.nodes
    first.stop()
    until("the stopped node is seen", lambda: site.front.state(first).startswith("DOWN"), 30)
    assert {_get("/").status for _ in range(20)} == {200}, "the other one answers alone"
    first.serve()
    site.front.ready(first)
    before = site.front.say("show stat")
    assert all(f"nodes,{node.name}" in before for node in (first, second))


def nginx(site: Site) -> None:
    """nginx: ``nginx -t``, then the same site on the same addresses, with a cache of files by fingerprint."""
    site.front.stop()
    _lay_nginx()
    run("nginx", "-t")
    with (base() / "nginx.log").open("ab") as said:
        served = subprocess.Popen(["nginx", "-g", "daemon off;"], stdout=said, stderr=said)
    try:
        until("nginx serves", lambda: _get("/").status == 200)
        _front_serves(403)
        sheet = re.search(rb"/static/site\.css\?v=[0-9a-f]+", _get("/").body)
        assert sheet
        assert [_get(sheet[0].decode()).headers["X-Cache"] for _ in range(2)][1] == "HIT", "kept by its fingerprint"
        site.nodes[0].stop()
        assert {_get("/").status for _ in range(20)} == {200}, "the other node answers alone"
        site.nodes[0].serve()
    finally:
        served.terminate()
        served.wait(10)
        site.front.start()
    for node in site.nodes:
        site.front.ready(node)


def _lay_nginx() -> None:
    """A machine's nginx with this one file added to it."""
    certificates = base() / "ssl"
    shutil.copytree("/etc/ssl", certificates, symlinks=True)
    run("mount", "--bind", certificates, "/etc/ssl")
    for place in ("/etc/nginx/conf.d", "/etc/nginx/sites-enabled", "/var/cache/nginx", "/var/log/nginx"):
        Path(place).mkdir(parents=True, exist_ok=True)
        run("mount", "-t", "tmpfs", "none", place)
    shutil.copy(DEPLOY / "nginx/carottes.conf", "/etc/nginx/conf.d/carottes.conf")
    shutil.copy("/etc/haproxy/carottes.pem", "/etc/ssl/carottes.pem")
    shutil.copy("/etc/haproxy/carottes.pem.key", "/etc/ssl/carottes.key")


def units(site: Site) -> None:
    """systemd reads the units without complaint, and finds the site's exposed by little."""
    for unit in sorted((DEPLOY / "systemd").glob("carottes*")):
        said = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
        assert said.returncode == 0, said.stderr
    rated = run("systemd-analyze", "security", "--offline=true", DEPLOY / "systemd/carottes.service")
    level = float(re.findall(r"exposure level for carottes.service: ([0-9.]+)", rated)[0])
    print(f"exposure of carottes.service: {level} of 10")
    assert level < 2


def switchover(site: Site) -> None:
    """Primary and standby change places in good order while people write; nothing is lost, and saving soon goes on."""
    before = site.cluster.leader()
    site.open()
    began = time.monotonic()
    site.cluster.switch()
    until("the other is primary", lambda: site.cluster.leader() not in (None, before))
    site.served(time.monotonic())
    print(f"switchover: saving again after {time.monotonic() - began:.1f} s at most")
    site.whole()
    site.close()


def backups(site: Site) -> None:
    """A base backup of the standby; then the archive as it was between two saves, found whole by ``carottes check``."""
    leader = site.cluster.leader()
    assert leader
    standby = site.cluster.other(leader)
    secret = {"PGPASSWORD": "change-me-3", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    address = standby.address.replace("10.44.6", "10.44.7")
    made = standby.do("/usr/local/lib/carottes/base-backup", address, user="postgres", env=secret, cwd="/")
    write = "INSERT INTO trial VALUES ('{}')"
    site.cluster.ask("CREATE TABLE trial (saved text);" + write.format("before"), leader, "carottes")
    time.sleep(1.1)
    moment = site.cluster.ask("SELECT date_trunc('milliseconds', clock_timestamp())", leader)[0]
    time.sleep(1.1)
    site.cluster.ask(write.format("after") + "; SELECT pg_switch_wal()", leader, "carottes")
    until("the log is kept", lambda: site.cluster.ask(
        "SELECT last_archived_time > now() - interval '20 s' FROM pg_stat_archiver", leader) == ["t"])  # fmt: skip
    folder = "/var/lib/postgresql/brought-back"
    came = leader.do(
        "/usr/local/lib/carottes/restore-to", made.split()[-1], moment, folder, user="postgres", env=secret, cwd="/"
    )
    there = ["psql", "-h", folder, "-p", "5499", "-U", "postgres", "-XAtqc"]
    assert leader.do(*there, "SELECT saved FROM trial", "carottes", user="postgres").split() == ["before"]
    known = {**site.nodes[0].settings, "CAROTTES_DATABASE": came.split()[-1], "CAROTTES_DATA": "/tmp/check",
             "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}  # fmt: skip
    print(leader.do("/opt/carottes/bin/carottes", "check", user="postgres", env=known, cwd="/"))
    leader.do("/usr/lib/postgresql/15/bin/pg_ctl", "stop", "-s", "-D", folder, user="postgres", cwd="/")
    run("rm", "-rf", leader.folder / "var-lib-postgresql/brought-back")
    site.cluster.ask("DROP TABLE trial", leader, "carottes")


TRIALS: dict[str, Callable[[Site], None]] = {
    "units": units, "HAProxy": haproxy, "nginx": nginx, "switchover": switchover, "backups": backups,
}  # fmt: skip
