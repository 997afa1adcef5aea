package dev.doorbell.device.igb;

import static dev.doorbell.register.IgbBits.DCTL_QUEUE_ENABLE;
import static dev.doorbell.register.IgbBits.ICR_VMMB;
import static dev.doorbell.register.IgbRegister.MBVFICR;
import static dev.doorbell.register.IgbRegister.MBVFIMR;
import static dev.doorbell.register.IgbRegister.P2VMAILBOX;
import static dev.doorbell.register.IgbRegister.PVTCTRL;
import static dev.doorbell.register.IgbRegister.PVTEICR;
import static dev.doorbell.register.IgbRegister.PVTEICS;
import static dev.doorbell.register.IgbRegister.PVTEIMC;
import static dev.doorbell.register.IgbRegister.PVTEIMS;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.register.IgbRegister.V2PMAILBOX;
import static dev.doorbell.register.IgbRegister.VFLRE;
import static dev.doorbell.register.IgbRegister.VFRE;
import static dev.doorbell.register.IgbRegister.VFTE;

import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;

/// The mailboxes between the physical function and its virtual ones, and the physical function's
/// view of them. This card has no virtual function in a slot of its own: both sides are reached
/// through the one BAR, and a virtual function's vectors and causes are storage.
///
/// PFU and VFU are a lock: either side takes it only while the other does not hold it.
final class Mailboxes {
    private static final int FUNCTIONS = 8;
    private static final int POOL_QUEUES = 8; // pool n owns queues n and n + 8

    // P2VMAILBOX
    private static final int STS = 1;
    private static final int ACK = 1 << 1;
    private static final int VFU = 1 << 2; // also V2PMAILBOX
    private static final int PFU = 1 << 3; // also V2PMAILBOX
    private static final int RVFU = 1 << 4;

    // V2PMAILBOX
    private static final int REQ = 1;
    private static final int PFSTS = 1 << 4;
    private static final int PFACK = 1 << 5;
    private static final int RSTI = 1 << 6;
    private static final int RSTD = 1 << 7;
    private static final int CLEARED_BY_READING = PFSTS | PFACK | RSTD;

    private static final int MBVFICR_ACK_SHIFT = 16;
    private static final int PVTCTRL_RST = 1 << 26;

    private final RegisterFile registers;
    private final Interrupts interrupts;

    Mailboxes(RegisterFile registers, Interrupts interrupts) {
        this.registers = registers;
        this.interrupts = interrupts;
        registers.onWrite(P2VMAILBOX, (offset, written) -> physical(element(P2VMAILBOX, offset), written));
        registers.onWrite(V2PMAILBOX, (offset, written) -> virtual(element(V2PMAILBOX, offset), written));
        registers.onRead(V2PMAILBOX, (offset, stored) -> {
            registers.set(V2PMAILBOX, element(V2PMAILBOX, offset), stored & ~CLEARED_BY_READING);
            return stored;
        });
        registers.onWrite(PVTCTRL, (offset, written) -> {
            if ((written & PVTCTRL_RST) != 0) resetFunction(element(PVTCTRL, offset));
        });
        registers.onWrite(PVTEICS, (offset, written) -> {
            int function = element(PVTEICS, offset);
            set(PVTEICR, function, written & PVTEICR.spec().writable());
        });
        registers.onWrite(PVTEIMC, (offset, written) -> clear(PVTEIMS, element(PVTEIMC, offset), written));
    }

    /// CTRL_EXT.PFRSTD: the physical function has finished its reset and says so to all others.
    void physicalResetDone() {
        for (int function = 0; function < FUNCTIONS; function++) {
            clear(V2PMAILBOX, function, RSTI);
            set(V2PMAILBOX, function, RSTD);
        }
    }

    private void physical(int function, int written) {
        if ((written & RVFU) != 0) revoke(function);
        if ((written & STS) != 0) set(V2PMAILBOX, function, PFSTS);
        if ((written & ACK) != 0) set(V2PMAILBOX, function, PFACK);
        lock(function, (written & PFU) != 0, PFU, VFU);
    }

    private void virtual(int function, int written) {
        if ((written & REQ) != 0) tell(function, 1 << function);
        if ((written & ACK) != 0) tell(function, 1 << (function + MBVFICR_ACK_SHIFT));
        lock(function, (written & VFU) != 0, VFU, PFU);
    }

    /// Takes or releases a side's half of the lock; both registers show it.
    private void lock(int function, boolean wanted, int mine, int others) {
        boolean taken = wanted && (registers.get(P2VMAILBOX, function) & others) == 0;
        if (taken) {
            set(P2VMAILBOX, function, mine);
            set(V2PMAILBOX, function, mine);
        } else {
            clear(P2VMAILBOX, function, mine);
            clear(V2PMAILBOX, function, mine);
        }
    }

    private void revoke(int function) {
        clear(P2VMAILBOX, function, VFU);
        clear(V2PMAILBOX, function, VFU);
        registers.set(MBVFICR, registers.get(MBVFICR) & ~((1 | 1 << MBVFICR_ACK_SHIFT) << function));
    }

    private void tell(int function, int event) {
        registers.set(MBVFICR, registers.get(MBVFICR) | event);
        if ((registers.get(MBVFIMR) & (1 << function)) != 0) interrupts.raise(ICR_VMMB);
    }

    /// A virtual function's reset: its queues stop and its pool is closed until the driver opens it
    /// again.
    private void resetFunction(int function) {
        for (int queue = function; queue < IgbRegister.QUEUES; queue += POOL_QUEUES) {
            disable(RXDCTL, queue);
            disable(TXDCTL, queue);
        }
        close(VFRE, function);
        close(VFTE, function);
        registers.set(VFLRE, registers.get(VFLRE) | 1 << function);
        interrupts.raise(ICR_VMMB);
    }

    /// As the guest would: the queue's owner must hear of it.
    private void disable(IgbRegister control, int queue) {
        registers.write(control.spec().offset(queue), registers.get(control, queue) & ~DCTL_QUEUE_ENABLE);
    }

    private void close(IgbRegister pools, int function) {
        registers.write(pools.spec().offset(), registers.get(pools) & ~(1 << function));
    }

    private void set(IgbRegister register, int function, int bits) {
        registers.set(register, function, registers.get(register, function) | bits);
    }

    private void clear(IgbRegister register, int function, int bits) {
        registers.set(register, function, registers.get(register, function) & ~bits);
    }

    private static int element(IgbRegister register, int offset) {
        return (offset - register.spec().offset()) / register.spec().stride();
    }
}
