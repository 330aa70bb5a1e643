#!/usr/bin/env python3
"""500 feeds of 10 entries on 50 loopback addresses, each answer 20 ms late: how long the whole digest takes, and how
long `curl --parallel` takes to fetch the same without reading it, and newsboat, where there is one, to read it. Also:
bytes of a second run with nothing changed, and the start of a digest over a store of 10,000 posts.

    python3 benches/digest/measure.py target/release/gigsieve
"""
import asyncio, hashlib, os, shutil, subprocess, sys, tempfile, threading, time

HOSTS, FEEDS, ENTRIES, LATENCY = 50, 500, 10, 0.020
PORT = 18999
served = {"bodies": 0, "unchanged": 0}


def body(feed, entries=ENTRIES):
    items = "".join(
        f"<item><guid isPermaLink='false'>{feed}-{n}</guid><title>Work {n} of feed {feed}</title>"
        f"<link>http://jobs.example.org/{feed}/{n}</link><description>A small shop number {feed} wants page {n} of its "
        f"catalogue rewritten, knows its readers well and asks for a plan before the first line is written. Budget {n}00 EUR."
        f"</description></item>"
        for n in range(entries))
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Feed {feed}</title>{items}</channel></rss>".encode()


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            feed = head.split(b" ", 2)[1].rsplit(b"/", 1)[-1].decode()
            entries = 200 if feed.startswith("big") else ENTRIES
            text = body(feed, entries)
            tag = b'"' + hashlib.md5(text).hexdigest().encode() + b'"'
            await asyncio.sleep(LATENCY)
            if b"if-none-match: " + tag in head.lower():
                served["unchanged"] += 1
                writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n")
            else:
                served["bodies"] += 1
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: " + tag + b"\r\nContent-Length: %d\r\n\r\n" % len(text) + text)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def start():
    ready = threading.Event()

    async def main():
        for host in range(HOSTS):
            await asyncio.start_server(serve, f"127.0.1.{host + 1}", PORT, backlog=256)
        ready.set()
        await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(main()), daemon=True).start()
    ready.wait()


def timed(command):
    begun = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | {"NO_PROXY": "*"})
    taken = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"{command}: {done.returncode} {done.stderr.decode()[:2000]}")
    return taken


def main():
    program = sys.argv[1]
    folder = tempfile.mkdtemp()
    start()
    urls = [f"http://127.0.1.{feed % HOSTS + 1}:{PORT}/{feed}" for feed in range(FEEDS)]

    def configure(name, urls):
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(f'store = "{name}.sqlite"\n' + "".join(f'[[source]]\nurl = "{url}"\n' for url in urls))
        return path

    config = configure("many.toml", urls)
    fresh = lambda: [os.remove(os.path.join(folder, name)) for name in os.listdir(folder) if "many.toml.sqlite" in name]
    curl_file = os.path.join(folder, "curl")
    with open(curl_file, "w") as file:
        # curl has no limit a host; with 100 in all over 50 hosts it comes to two.
        file.write("".join(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls))
    curl = ["curl", "--no-progress-meter", "--parallel", "--parallel-immediate", "--parallel-max", "100", "--config", curl_file]
    digest = [program, "--config", config, "digest", "--since", "all"]
    for name, text in (("urls", "\n".join(urls) + "\n"), ("settings", "reload-threads 20\n")):
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    at = lambda name: os.path.join(folder, name)
    newsboat = ["newsboat", "-u", at("urls"), "-C", at("settings"), "-c", at("many.toml.sqlite-newsboat"), "-x", "reload"]
    ours, theirs, reader = [], [], []
    for _ in range(5):
        fresh()
        ours.append(timed(digest))
        theirs.append(timed(curl))
        if shutil.which("newsboat"):
            reader.append(timed(newsboat))
    median = lambda values: sorted(values)[len(values) // 2]
    if reader:
        print(f"newsboat with 20 threads: {median(reader):.2f} s")
    print(f"first digest of {FEEDS} feeds: {median(ours):.2f} s; curl --parallel: {median(theirs):.2f} s; ratio {median(ours) / median(theirs):.2f}")
    served.update(bodies=0, unchanged=0)
    again = median([timed(digest) for _ in range(3)])
    print(f"again, nothing changed: {again:.2f} s; {served['unchanged']} answers 304, {served['bodies']} bodies")
    big = configure("big.toml", [f"http://127.0.1.{n + 1}:{PORT}/big{n}" for n in range(50)])
    timed([program, "--config", big, "digest", "--since", "all"])
    empty = os.path.join(folder, "none.jsonl")
    open(empty, "w").write('{"title": "One post", "body": "A text."}\n')
    with open(big, "w") as file:
        file.write(f'store = "big.toml.sqlite"\n[[source]]\npath = "{empty}"\n')
    timed([program, "--config", big, "digest"])
    starts = [timed([program, "--config", big, "digest"]) for _ in range(9)]
    print(f"a digest with nothing to do, 10,000 posts in the store: {median(starts) * 1000:.0f} ms")
    shutil.rmtree(folder)


main()
