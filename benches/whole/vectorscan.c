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

#define FEW 64
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

static void leave_out(unsigned at, unsigned *to) {
    refused++;
    count--, --*to;
    memmove(expressions + at, expressions + at + 1, (count - at) * sizeof *expressions);
    memmove(rules + at, rules + at + 1, (count - at) * sizeof *rules);
}

// Compiles some expressions together without those that are refused, or each half of them; the number of the last + 1.
static unsigned compile(unsigned from, unsigned to) {
    while (from < to) {
        hs_compile_error_t *error = NULL;
        if (hs_compile_multi(expressions + from, flags, rules + from, to - from, HS_MODE_BLOCK, NULL, &databases[database_count], &error) == HS_SUCCESS) {
            database_count++;
            break;
        }
        int at = to - from == 1 ? 0 : error->expression;
        hs_free_compile_error(error);
        if (at < 0) {
            unsigned all = count, middle = compile(from, (from + to) / 2);
            return compile(middle, to - (all - count));
        }
        leave_out(from + at, &to);
    }
    return to;
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
    for (char *end; (end = strchr(line, '\n')) && count < MOST; line = end + 1) {
        *end = 0;
        rules[count] = atoi(line);
        flags[count] = FLAGS;
        expressions[count++] = strchr(line, '\t') + 1;
    }
    unsigned all = count;
    // First a few at a time, which is the quickest way to find those that are refused, then all.
    for (unsigned at = 0; at < count;) {
        at = compile(at, at + FEW < count ? at + FEW : count);
        while (database_count) hs_free_database(databases[--database_count]);
    }
    compile(0, count);
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
