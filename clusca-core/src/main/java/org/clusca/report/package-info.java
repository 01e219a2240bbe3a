/** What was generated, and what it cost, as JSON objects and as the metadata of pictures. */
@NullMarked
package org.clusca.report;

import org.jspecify.annotations.NullMarked;
