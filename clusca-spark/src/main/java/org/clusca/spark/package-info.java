/** Many pictures on many machines: the rows of {@code clusca-batch} on Apache Spark. */
@NullMarked
package org.clusca.spark;

import org.jspecify.annotations.NullMarked;
