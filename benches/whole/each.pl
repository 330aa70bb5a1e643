#!/usr/bin/env perl
# Every rule tried on every text, until one of its expressions matches, in Perl: as SpamAssassin runs its rules, each
# an expression of its own. No guards, no places. Expressions that Perl refuses are counted and left out.
#
#     perl each.pl FOLDER      # FOLDER holds what `matching dump` wrote
use strict;
use warnings;

my $folder = shift;
my $read = sub { local (@ARGV, $/) = "$folder/$_[0]"; my $all = <>; $all };
my @texts = split /\0/, $read->("texts");
my (%rules, @order);
my ($refused, $count) = (0, 0);
for (split /\n/, $read->("expressions")) {
    my ($rule, $expression) = split /\t/, $_, 2;
    $count++;
    my $compiled = eval { no warnings; qr/$expression/ma } or $refused++, next;
    push @order, $rule unless $rules{$rule};
    push @{$rules{$rule}}, $compiled;
}
my ($found, $start) = (0, (times)[0]);
for my $text (@texts) {
    RULE: for my $rule (@order) {
        for my $expression (@{$rules{$rule}}) {
            if ($text =~ $expression) { $found++; next RULE }
        }
    }
}
printf qq({"seconds": %s, "found": %d, "expressions": %d, "refused": %d}\n), (times)[0] - $start, $found, $count, $refused;
