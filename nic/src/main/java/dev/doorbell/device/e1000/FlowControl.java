package dev.doorbell.device.e1000;

import dev.doorbell.device.flow.PauseControl;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;

/// The 82540EM's flow control. // 317453, 8.7
final class FlowControl extends PauseControl {
    private static final Places PLACES = new Places(
            E1000Register.CTRL,
            E1000Register.RCTL,
            E1000Register.FCAL,
            E1000Register.FCAH,
            E1000Register.FCT,
            E1000Register.RAL,
            E1000Register.RAH,
            E1000Register.FCRTH,
            E1000Register.FCRTL);

    private final LinkState link;
    private final Statistics statistics;

    FlowControl(RegisterFile registers, Timeline time, LinkState link, Statistics statistics) {
        super(registers, time, PLACES);
        this.link = link;
        this.statistics = statistics;
    }

    @Override
    protected void count(Event event) {
        statistics.count(
                switch (event) {
                    case XON_SENT -> E1000Register.XONTXC;
                    case XOFF_SENT -> E1000Register.XOFFTXC;
                    case XON_RECEIVED -> E1000Register.XONRXC;
                    case XOFF_RECEIVED -> E1000Register.XOFFRXC;
                    case UNSUPPORTED -> E1000Register.FCRUC;
                });
    }

    @Override
    protected long slotTimeNs() {
        return link.slotTimeNs();
    }
}
