// The expressions of the rules as vectorscan compiles them, and how long its bare scan of the texts takes. What it
// refuses is counted and left out; what it cannot compile together is spread over several databases, each of which
// scans every text. No guards, no places, nothing is made of a match but the number of its rule.
//
//     vectorscan FOLDER     FOLDER holds what `matching dump` wrote
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// As the rules mean it: lines have beginnings and ends, a dot stops at the line's. One match an expression and text.
#define FLAGS (HS_FLAG_MULTILINE | HS_FLAG_SINGLEMATCH)

// Compiled together: all at once were not done after seven minutes and 4 GB.
#ifndef TOGETHER
#define TOGETHER 500
#endif
#define MOST 100000
#define ROUNDS 5

static const char *expressions[MOST];
static unsigned rules[MOST], flags[MOST];
static hs_database_t *databases[MOST];
static unsigned count, database_count, refused;
static unsigned found, text_number, seen_in[MOST];

static double processor_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static char *content(const char *folder, const char *name, size_t *length) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) exit((perror(path), 2));
    fseek(file, 0, SEEK_END);
    *length = ftell(file);
    rewind(file);
    char *bytes = malloc(*length + 1);
    if (fread(bytes, 1, *length, file) != *length) exit(2);
    bytes[*length] = 0;
    fclose(file);
    return bytes;
}

// Leaves out what is refused. The last expression of all is refused always: so nothing is built, only looked at.
static void weed(void) {
    unsigned kept = 0, all = count;
    expressions[all] = "(";
    for (unsigned at = 0; at < all;) {
        hs_database_t *none = NULL;
        hs_compile_error_t *error = NULL;
        hs_compile_multi(expressions + at, flags, rules + at, all - at + 1, HS_MODE_BLOCK, NULL, &none, &error);
        unsigned good = error && error->expression > 0 ? error->expression : 0;
        memmove(expressions + kept, expressions + at, good * sizeof *expressions);
        memmove(rules + kept, rules + at, good * sizeof *rules);
        kept += good, at += good + 1;
        hs_free_compile_error(error);
    }
    refused = all - kept;
    count = kept;
}

// Compiles some expressions together, or each half of them.
static void compile(unsigned from, unsigned to) {
    hs_compile_error_t *error = NULL;
    if (from == to) return;
    if (hs_compile_multi(expressions + from, flags, rules + from, to - from, HS_MODE_BLOCK, NULL, &databases[database_count], &error) == HS_SUCCESS) {
        database_count++;
    } else if (to - from == 1) {
        hs_free_compile_error(error);
        refused++;
    } else {
        hs_free_compile_error(error);
        compile(from, (from + to) / 2);
        compile((from + to) / 2, to);
    }
}

static int matched(unsigned rule, unsigned long long from, unsigned long long to, unsigned flag, void *context) {
    (void)from, (void)to, (void)flag, (void)context;
    found += seen_in[rule] != text_number;
    seen_in[rule] = text_number;
    return 0;
}

static int shorter(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    size_t length;
    char *line = content(argv[1], "expressions", &length);
    for (char *end; (end = strchr(line, '\n')) && count < MOST - 1; line = end + 1) {
        *end = 0;
        rules[count] = atoi(line);
        flags[count] = FLAGS;
        expressions[count++] = strchr(line, '\t') + 1;
    }
    unsigned all = count;
    weed();
    fprintf(stderr, "%u of %u expressions refused, %.0f s\n", refused, all, processor_seconds());
    for (unsigned at = 0; at < count; at += TOGETHER) compile(at, at + TOGETHER < count ? at + TOGETHER : count);
    double compiled = processor_seconds();

    hs_scratch_t *scratch = NULL;
    for (unsigned at = 0; at < database_count; at++)
        if (hs_alloc_scratch(databases[at], &scratch) != HS_SUCCESS) return 2;
    char *texts = content(argv[1], "texts", &length), *end = texts + length;
    double taken[ROUNDS];
    for (unsigned round = 0; round < ROUNDS; round++) {
        found = 0;
        double start = processor_seconds();
        for (char *text = texts; text < end; text += strlen(text) + 1) {
            text_number++;
            for (unsigned at = 0; at < database_count; at++)
                if (hs_scan(databases[at], text, strlen(text), 0, scratch, matched, NULL) != HS_SUCCESS) return 2;
        }
        taken[round] = processor_seconds() - start;
    }
    qsort(taken, ROUNDS, sizeof *taken, shorter);
    printf("{\"seconds\": %f, \"found\": %u, \"expressions\": %u, \"refused\": %u, \"databases\": %u, \"compile\": %f}\n",
           taken[ROUNDS / 2], found, all, refused, database_count, compiled);
    return 0;
}
