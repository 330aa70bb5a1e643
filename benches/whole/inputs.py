"""What is measured on: one pasted post, many posts as JSON lines, one large feed. Made of a file of posts, by default
the fixtures, three of them to a post so that each has the length of a real one (about 1.5 KB)."""
import html, itertools, json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def posts(path=None):
    """The posts one after the other; none of them is kept, so that a child's peak memory is its own."""
    if path:
        with open(path, encoding="utf-8", newline="\n") as lines:
            yield from (json.loads(line) for line in lines if line.strip())
        return
    given = list(posts(ROOT / "fixtures/records/posts.jsonl"))
    for at in range(len(given)):
        parts = [given[(at + k) % len(given)] for k in range(3)]
        yield dict(parts[0], body="\n\n".join(part["body"] for part in parts))


def numbered(path):
    """The posts over and over, without an end."""
    return enumerate(itertools.chain.from_iterable(posts(path) for _ in itertools.count()))


def one(to, path):
    """A post of the middle length among the first, as a person pastes it."""
    some = sorted(itertools.islice(posts(path), 101), key=lambda post: len(post["body"]))
    post = some[len(some) // 2]
    to.write_text(post["title"] + "\n\n" + post["body"], encoding="utf-8")
    return to


def many(to, path, megabytes=None, count=None):
    """The posts over and over, each with an id of its own, up to a size or a count."""
    written = 0
    with open(to, "wb") as file:
        for number, post in numbered(path):
            if number == count or megabytes and written >= megabytes * 1e6:
                return to
            line = json.dumps(dict(post, id=f"post-{number}"), ensure_ascii=False)
            written += file.write(line.encode() + b"\n")


def feed(to, path, entries, megabytes):
    """An RSS feed of one line with what entries of job feeds have: title, link, id, date, categories, text as escaped
    HTML. So many entries, the text of each cut so that all come to about so many megabytes."""
    head = "<?xml version='1.0'?><rss version='2.0'><channel><title>Work</title><link>http://jobs.example.org/</link><description>All</description>"
    with open(to, "wb") as file:
        left = megabytes * 1e6 - file.write(head.encode())
        for number, post in itertools.islice(numbered(path), entries):
            title = html.escape(" ".join(post["title"].split())[:60])
            address = f"http://jobs.example.org/{number}"
            date = f"{number % 28 + 1} Sep 2025 {number % 24:02}:00:00 +0000"
            skills = "".join(f"<category>{html.escape(skill)}</category>" for skill in post.get("skills", [])[:3])
            start = f"<item><title>{title}</title><link>{address}</link><guid>{address}</guid><pubDate>{date}</pubDate>{skills}<description>"
            room = int(left / (entries - number)) - len(start) - 80
            text = html.escape(f"<p>{html.escape(' '.join(post['body'].split())[:room], quote=False)}</p>", quote=False)
            item = f"{start}{text}</description></item>"
            left -= file.write(item.encode())
        file.write(b"</channel></rss>")
    return to
