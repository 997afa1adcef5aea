package dev.doorbell.driver.chip;

import static dev.doorbell.register.E1000Bits.MDIC_ERROR;
import static dev.doorbell.register.E1000Bits.MDIC_OP_READ;
import static dev.doorbell.register.E1000Bits.MDIC_OP_WRITE;
import static dev.doorbell.register.E1000Bits.MDIC_PHYADD_SHIFT;
import static dev.doorbell.register.E1000Bits.MDIC_READY;
import static dev.doorbell.register.E1000Bits.MDIC_REGADD_SHIFT;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DriverException;
import dev.doorbell.register.Register;

/// The PHY behind the management frame engine: of the 8254x, 317453 13.4.7, whose MDIC the 82576 has
/// kept.
public final class Phy {
    public static final int CONTROL = 0; // IEEE 802.3 clause 22
    public static final int ID_HIGH = 2;

    public static final int CONTROL_FULL_DUPLEX = 1 << 8;
    public static final int CONTROL_RESTART_NEGOTIATION = 1 << 9;
    public static final int CONTROL_NEGOTIATE = 1 << 12;
    public static final int CONTROL_1000 = 1 << 6;
    public static final int CONTROL_LOOPBACK = 1 << 14;

    private static final int ADDRESS = 1; // the internal PHY
    private static final int POLL_LIMIT = 100;
    private static final long FRAME_NS = 64_000; // 64 bits at 2.5 MHz, generously

    private final Registers registers;
    private final Register mdic;
    private final Delay delay;

    public Phy(Registers registers, Register mdic, Delay delay) {
        this.registers = registers;
        this.mdic = mdic;
        this.delay = delay;
    }

    public int read(int register) {
        return transfer(MDIC_OP_READ | register << MDIC_REGADD_SHIFT) & 0xFFFF;
    }

    public void write(int register, int value) {
        transfer(MDIC_OP_WRITE | register << MDIC_REGADD_SHIFT | (value & 0xFFFF));
    }

    private int transfer(int frame) {
        registers.write(mdic, frame | ADDRESS << MDIC_PHYADD_SHIFT);
        for (int i = 0; i < POLL_LIMIT; i++) {
            int answer = registers.read(mdic);
            if ((answer & MDIC_READY) != 0) {
                if ((answer & MDIC_ERROR) != 0) throw new DriverException("the PHY did not answer");
                return answer;
            }
            delay.pass(FRAME_NS);
        }
        throw new DriverException("MDIC did not become ready");
    }
}
