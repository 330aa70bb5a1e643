"""Judges an archive of posts with Spark: every partition goes through one `gigsieve scan --format jsonl -`.
Reads JSON lines or Parquet, writes JSON lines or Parquet; a task that fails is run again by Spark, whole.

    spark-submit judge.py posts.jsonl judged
    spark-submit judge.py --from parquet --to parquet posts judged -- --rules my-rules
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

# gigsieve tells by the beginning what it reads: a lone record would be taken for a document of its own, a broken first
# line for a pasted text. This line goes before every partition, and its verdict is dropped.
FIRST = b'{"id":"first-line-of-a-partition","title":"First","body":"First line of a partition."}\n'

FLAGS = ("array<struct<rule string, family string, polarity string, points int, quote string, field string,"
         "start int, `end` int, why string>>")
# What src/report/record.schema.json says, as columns of Parquet.
JUDGED = f"""id string, source string, marketplace string, format string, url string, title string, body string,
    published string, updated string, author string, language string, kind string, skills array<string>,
    pay struct<kind string, min double, max double, currency string>,
    client struct<payment_verified boolean, rating double, total_spent double, hires double, jobs_posted double,
        hire_rate double, country string, member_since string>,
    proposals struct<min bigint, max bigint>, facts map<string, double>, verdict string, score int,
    axes struct<objective int, tactical int>, flags {FLAGS}, hints {FLAGS},
    reasons array<struct<reason string, points int>>, questions array<string>, note string"""


def through(argv, lines):
    """The lines that `argv` writes for these lines, as they come. An exit code but 0 and 1 is an error."""
    lines = iter(lines)
    try:
        first = next(lines)
    except StopIteration:
        return  # gigsieve calls empty input a failure; an empty partition is none
    broken = []

    def feed():
        try:
            with process.stdin as pipe:
                pipe.write(FIRST)
                pipe.write(first + b"\n")
                for line in lines:
                    pipe.write(line + b"\n")
        except BaseException as cause:  # raised again below: input cut short must not pass for all of it
            broken.append(cause)

    with tempfile.TemporaryFile() as notes:
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=notes,
                                   env={**os.environ, "RAYON_NUM_THREADS": "1"})
        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        try:
            verdict_of_first = process.stdout.readline()
            if verdict_of_first and json.loads(verdict_of_first)["id"] != json.loads(FIRST)["id"]:
                raise RuntimeError(f"{argv[0]} does not keep the order of what it reads")
            for line in process.stdout:
                yield line.rstrip(b"\n")
            code = process.wait()
            notes.seek(0)
            said = notes.read().decode(errors="replace")
            sys.stderr.write(said)  # into the executor's log
            if code not in (0, 1):
                raise RuntimeError(f"{' '.join(argv)} ended with {code}: {said[-2000:]}")
            feeder.join()
            if broken:
                raise broken[0]
        finally:  # also where Spark wants no more
            process.kill()
            process.wait()
            process.stdout.close()


def judged(spark, records, argv):
    """The records, one JSON text a row in the column `value`, as judged records in the same form."""
    rows = records.select(F.col("value").cast("binary")).rdd
    out = rows.mapPartitions(lambda part: ((line,) for line in through(argv, (bytes(row.value) for row in part))))
    return spark.createDataFrame(out, "value binary", verifySchema=False).select(F.col("value").cast("string"))


def read(spark, path, form):
    if form == "parquet":
        return spark.read.parquet(path).select(F.to_json(F.struct("*")).alias("value"))
    return spark.read.text(path, lineSep="\n")


def write(records, path, form):
    if form == "parquet":
        parsed = F.from_json("value", JUDGED, {"mode": "FAILFAST"})
        records.select(parsed.alias("record")).select("record.*").write.parquet(path)
    else:
        records.write.text(path)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("input", help="file or folder, anything Spark reads")
    parser.add_argument("output", help="folder to write, which must not exist")
    parser.add_argument("--from", dest="source", choices=["jsonl", "parquet"], default="jsonl")
    parser.add_argument("--to", choices=["jsonl", "parquet"], default="jsonl")
    parser.add_argument("--gigsieve", default="gigsieve", help="the program, as the executors find it")
    parser.add_argument("options", nargs="*", help="after --: more options of gigsieve scan")
    args = parser.parse_args(argv)

    spark = SparkSession.builder.appName("gigsieve").getOrCreate()
    command = [args.gigsieve, "scan", "--format", "jsonl", *args.options, "-"]
    write(judged(spark, read(spark, args.input, args.source), command), args.output, args.to)


if __name__ == "__main__":
    main()
