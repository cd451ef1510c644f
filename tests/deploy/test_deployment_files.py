"""The files to deploy with: rendered, judged by Kubernetes' schemas and by hadolint, and by rules of our own.

Tests start no container engine: that the image builds and serves is shown by deploy/container/prove.sh.
"""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
ROOT = DEPLOY.parent
KUBERNETES = DEPLOY / "kubernetes"
KUSTOMIZATIONS = sorted(path.parent for path in KUBERNETES.glob("*/kustomization.yaml"))
MANIFESTS = [path for path in sorted(KUBERNETES.glob("*/*.yaml")) if path.name != "kustomization.yaml"]
OLDEST = "1.32"
"""The oldest Kubernetes that these files are for."""


def documents(text: str) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(text) if one]


def pods(manifests: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in manifests:
        if one["kind"] in ("Deployment", "StatefulSet"):
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


def rendered(folder: Path) -> list[dict[str, Any]]:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed: kustomizations cannot be rendered")
    done = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return documents(done.stdout)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_manifest_is_what_kubernetes_takes(path: Path) -> None:
    for one in documents(path.read_text(encoding="utf-8")):
        kubernetes_validate.validate(one, OLDEST, strict=True)


@pytest.mark.parametrize("folder", KUSTOMIZATIONS, ids=lambda folder: folder.name)
def test_every_kustomization_renders_to_what_kubernetes_takes(folder: Path) -> None:
    for one in rendered(folder):
        kubernetes_validate.validate(one, OLDEST, strict=True)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_pod_may_do_more_than_it_needs(path: Path) -> None:
    for name, pod in pods(documents(path.read_text(encoding="utf-8"))):
        assert pod["automountServiceAccountToken"] is False, name
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            rights = container["securityContext"]
            assert rights["allowPrivilegeEscalation"] is False and rights["capabilities"] == {"drop": ["ALL"]}, name
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name
            assert "memory" in container["resources"]["limits"], name
            if name != "vllm":  # its image writes where it likes
                assert pod["securityContext"]["runAsNonRoot"] is True and rights["readOnlyRootFilesystem"] is True, name
        for container in pod["containers"]:
            assert {"readinessProbe", "livenessProbe"} <= set(container), name


def test_the_server_has_the_time_to_end_its_turns() -> None:
    ((_, pod),) = pods(documents((KUBERNETES / "base" / "deployment.yaml").read_text(encoding="utf-8")))
    from channels.command_line.serve import GRACE_SECONDS

    assert pod["terminationGracePeriodSeconds"] > 2 * GRACE_SECONDS


def test_the_autoscaler_asks_for_a_metric_that_there_is() -> None:
    from channels.health import Metrics

    text = (KUBERNETES / "base" / "autoscaler.yaml").read_text(encoding="utf-8")
    (asked,) = [
        one["pods"]["metric"]["name"] for one in yaml.safe_load(text)["spec"]["metrics"] if one["type"] == "Pods"
    ]
    assert asked in {metric.name for metric in Metrics().registry.collect()}


def test_the_demo_brings_all_that_the_server_is_told_to_reach() -> None:
    manifests = rendered(KUBERNETES / "demo")
    services = {one["metadata"]["name"] for one in manifests if one["kind"] == "Service"}
    (pod,) = [pod for name, pod in pods(manifests) if name == "aisle"]
    addresses = [entry["value"] for entry in pod["containers"][0]["env"] if "value" in entry]
    assert {re.search(r"@(\w+):", address)[1] for address in addresses} <= services  # type: ignore[index]


def test_the_dockerfile_passes_its_linter() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    dockerfile = DEPLOY / "container" / "Dockerfile"
    done = subprocess.run([str(hadolint), str(dockerfile)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_builder_is_given_all_that_the_dockerfile_copies() -> None:
    text = (DEPLOY / "container" / "Dockerfile").read_text(encoding="utf-8")
    lines = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY") and "--from" not in line]
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    for name in (name for line in lines for name in line):
        assert name in let_in and (ROOT / name).exists(), name


def test_the_image_runs_as_nobody_in_particular_and_listens_where_its_probe_looks() -> None:
    text = (DEPLOY / "container" / "Dockerfile").read_text(encoding="utf-8")
    assert "USER 10001:10001" in text and "EXPOSE 8080" in text and "os.environ['AISLE_PORT'] + '/healthz'" in text


def test_compose_is_what_its_specification_takes() -> None:
    judge = [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*judge, str(DEPLOY / "compose.yaml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_compose_names_nothing_that_it_does_not_have() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    for name, service in told["services"].items():
        assert set(service.get("secrets", ())) <= set(told["secrets"]), name
        assert set(service["networks"]) <= set(told["networks"]), name
        assert set(service.get("depends_on", ())) <= set(told["services"]), name
        sources = {
            volume.split(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(("$", ".", "/"))
        }
        assert sources <= set(told["volumes"]), name
        assert not service["image"].endswith(":latest") or "build" in service, name
        if name != "vllm":
            assert service["read_only"] is True and service["cap_drop"] == ["ALL"], name
    assert told["networks"]["back"]["internal"] is True


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    for _ in range(2):
        subprocess.run([str(DEPLOY / "make_secrets.sh"), str(folder)], check=True, capture_output=True)
        made = {path.name: path.read_text() for path in folder.iterdir()}
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert {Path(one["file"]).name for one in told["secrets"].values()} == set(made)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert made["postgres_password"] in made["aisle_database_url"] and len(made["aisle_admin_token"]) == 48


def test_a_secret_made_before_stays(tmp_path: Path) -> None:
    script = str(DEPLOY / "make_secrets.sh")
    subprocess.run([script, str(tmp_path)], check=True, capture_output=True)
    before = (tmp_path / "postgres_password").read_text()
    subprocess.run([script, str(tmp_path)], check=True, capture_output=True)
    assert (tmp_path / "postgres_password").read_text() == before
