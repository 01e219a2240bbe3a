/**
 * Many pictures and videos of a table, one after the other: rows, the folder that they go to, and
 * what makes them. The command {@code clusca batch} runs it on one machine, {@code clusca-spark} on
 * several.
 */
@NullMarked
package org.clusca.batch;

import org.jspecify.annotations.NullMarked;
