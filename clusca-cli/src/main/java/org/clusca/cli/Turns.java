package org.clusca.cli;

import java.util.BitSet;

/**
 * Lets several threads take turns, so that exactly one works at any time and they go on step by
 * step alike: what disturbs the machine for a while then disturbs all of them.
 */
final class Turns {
    private final BitSet active = new BitSet();
    private int turn;
    private boolean stopped;

    /** Participants are numbered 0 to {@code participants - 1}; 0 begins. */
    Turns(int participants) {
        active.set(0, participants);
    }

    /** Thrown where a thread goes on after {@link #stop}. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Waits for the first turn. */
    synchronized void enter(int participant) {
        while (turn != participant && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stop();
            }
        }
        if (stopped) {
            throw new StoppedException();
        }
    }

    /** Hands over to the next and waits for the next turn. */
    synchronized void next(int participant) {
        advance();
        enter(participant);
    }

    /** Leaves for good. */
    synchronized void leave(int participant) {
        active.clear(participant);
        if (turn == participant) {
            advance();
        }
    }

    /** Makes all that wait give up. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    private void advance() {
        int next = active.nextSetBit(turn + 1);
        turn = next >= 0 ? next : active.nextSetBit(0);
        notifyAll();
    }
}
