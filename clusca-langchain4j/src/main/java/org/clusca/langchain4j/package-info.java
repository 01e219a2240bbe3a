/** Pictures of a pipeline in this process, as LangChain4j asks for them. */
@NullMarked
package org.clusca.langchain4j;

import org.jspecify.annotations.NullMarked;
