"""Builds gigsieve and what it is measured against, in the target folder, and installs what Debian has (libvectorscan-dev,
ripgrep) where that is missing. A peer that cannot be had is `None`, and its rows are left out, with the reason said."""
import functools, json, os, shutil, subprocess, sys
from pathlib import Path

from inputs import ROOT

HERE = Path(__file__).resolve().parent
FEED_RS = """[package]
name = "feed-rs-alone"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
feed-rs = "=2.4.0"
[[bin]]
name = "feed-rs-alone"
path = "{source}"
"""


def run(*argv, **options):
    return subprocess.run([str(word) for word in argv], check=True, **options)


@functools.cache
def target():
    told = run("cargo", "metadata", "--format-version", "1", "--no-deps", cwd=ROOT, stdout=subprocess.PIPE)
    return Path(json.loads(told.stdout)["target_directory"])


@functools.cache
def ours():
    """gigsieve and its examples."""
    run("cargo", "build", "--release", "--quiet", "--bin", "gigsieve", "--example", "passthrough", "--example", "matching", cwd=ROOT)
    return target() / "release/gigsieve", target() / "release/examples/passthrough", target() / "release/examples/matching"


def installed(package, is_there):
    if not is_there() and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "install", "-yq", package], stdout=subprocess.DEVNULL)
    if not is_there():
        print(f"left out: {package} is not here; install it", file=sys.stderr)
    return is_there()


@functools.cache
def ripgrep():
    return shutil.which("rg") if installed("ripgrep", lambda: shutil.which("rg")) else None


@functools.cache
def vectorscan():
    has_header = lambda: any(Path(folder, "hs/hs.h").exists() for folder in ("/usr/include", "/usr/local/include"))
    if not installed("libvectorscan-dev", has_header):
        return None
    program = folder() / "vectorscan"
    run("cc", "-O2", "-o", program, HERE / "vectorscan.c", "-lhs")
    return program


@functools.cache
def feed_rs():
    package = folder() / "feed-rs-alone"
    package.mkdir(exist_ok=True)
    (package / "Cargo.toml").write_text(FEED_RS.format(source=HERE / "feed_rs.rs"))
    run("cargo", "build", "--release", "--quiet", "--target-dir", folder(), cwd=package)
    return folder() / "release/feed-rs-alone"


def folder():
    folder = target() / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
