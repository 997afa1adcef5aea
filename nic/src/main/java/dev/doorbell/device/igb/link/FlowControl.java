package dev.doorbell.device.igb.link;

import static dev.doorbell.register.IgbRegister.FCRTV;
import static dev.doorbell.register.IgbRegister.FCTTV;

import dev.doorbell.device.flow.PauseControl;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// IEEE 802.3x flow control in both directions, as the e1000's, and the refresh: while the FIFO stays
/// above its low water mark, XOFF is sent again each time that the silence asked for (FCTTV) has but
/// FCRTV left. An FCRTV of 0, or one that leaves nothing, asks once. // inferred from the names
public final class FlowControl extends PauseControl {
    private static final Places PLACES = new Places(
            IgbRegister.CTRL,
            IgbRegister.RCTL,
            IgbRegister.FCAL,
            IgbRegister.FCAH,
            IgbRegister.FCT,
            IgbRegister.RAL,
            IgbRegister.RAH,
            IgbRegister.FCRTH,
            IgbRegister.FCRTL);

    private final RegisterFile registers;
    private final Timeline time;
    private final Link link;
    private final Statistics statistics;
    private final Timer refresh;

    public FlowControl(RegisterFile registers, Timeline time, Link link, Statistics statistics) {
        super(registers, time, PLACES);
        this.registers = registers;
        this.time = time;
        this.link = link;
        this.statistics = statistics;
        refresh = time.timer("pause refresh", this::refresh);
    }

    @Override
    public void reset() {
        super.reset();
        refresh.disarm();
    }

    @Override
    protected void count(Event event) {
        statistics.count(
                switch (event) {
                    case XON_SENT -> IgbRegister.XONTXC;
                    case XOFF_SENT -> IgbRegister.XOFFTXC;
                    case XON_RECEIVED -> IgbRegister.XONRXC;
                    case XOFF_RECEIVED -> IgbRegister.XOFFRXC;
                    case UNSUPPORTED -> IgbRegister.FCRUC;
                });
        if (event == Event.XOFF_SENT && holdsPeer()) awaitRefresh();
    }

    @Override
    protected long slotTimeNs() {
        return link.slotTimeNs();
    }

    private void awaitRefresh() {
        int left = registers.get(FCRTV);
        int slots = registers.get(FCTTV) - left;
        if (left != 0 && slots > 0) refresh.armAt(time.nowNs() + slots * slotTimeNs());
    }

    private void refresh() {
        if (holdsPeer()) count(Event.XOFF_SENT);
    }
}
