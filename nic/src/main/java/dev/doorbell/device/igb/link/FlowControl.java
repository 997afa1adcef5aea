package dev.doorbell.device.igb.link;

import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;

/// IEEE 802.3x flow control in both directions, as the e1000's.
public final class FlowControl {
    public FlowControl(RegisterFile registers, Timeline time, Link link, Statistics statistics) {}

    /// STATUS.TXOFF: the peer asked for silence that has not ended.
    public boolean transmitPaused() {
        return false;
    }

    /// Judges an arrived frame and obeys it when it is a PAUSE frame.
    ///
    /// @return whether the frame ends here; else the filters decide
    public boolean pauseFrame(FrameBatch batch, int frame) {
        return false;
    }

    /// How full the receive FIFO is now, bytes: crosses the water marks.
    public void fifoLevel(int usedBytes) {}

    /// Whether the backend must not be read now, so that its frames wait.
    public boolean holdsPeer() {
        return false;
    }

    public void reset() {}
}
