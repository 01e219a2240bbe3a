/**
 * A service that speaks OpenAI's image API: {@link org.clusca.server.CluscaServer} starts and stops
 * it.
 */
@NullMarked
package org.clusca.server;

import org.jspecify.annotations.NullMarked;
