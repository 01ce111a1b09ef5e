package dev.relay.standalone.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The names that would have been understood, for somebody who has written another. */
record Names(Collection<String> known) {
    /** {@code ""}, or {@code ; did you mean …?} with the nearest known name. */
    String hint(String unknown) {
        return nearest(unknown).map(name -> "; did you mean " + name + "?").orElse("");
    }

    /** The known name that takes the fewest slips of the finger, if they are few enough. */
    Optional<String> nearest(String unknown) {
        int bound = Math.max(2, unknown.length() / 3);
        return known.stream()
                .min(Comparator.comparingInt((String name) -> distance(unknown, name))
                        .thenComparing(name -> name))
                .filter(name -> distance(unknown, name) <= bound);
    }

    /** Letters to insert, drop, replace or swap with their neighbour (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
