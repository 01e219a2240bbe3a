/** Requests, answers and errors in the form of OpenAI's API. */
@NullMarked
package org.clusca.server.openai;

import org.jspecify.annotations.NullMarked;
