package dev.doorbell.driver;

import dev.doorbell.driver.chip.Registers;
import dev.doorbell.driver.e1000.E1000Driver;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.Register;
import java.util.List;

/// A driver of a network card, whatever the chip.
///
/// It drives whatever implements [dev.doorbell.pci.PciFunction]: a card in this process, or one behind
/// a vfio-user socket. Frames come and go in batches: [#transmit] and [#receive] touch memory and at
/// most one register a call. One thread; nothing is allocated after the constructor.
public interface NetworkDriver extends InterruptSink, AutoCloseable {
    /// The driver of whatever card the function is.
    ///
    /// @throws DriverException when it is none of them
    static NetworkDriver of(
            PciFunction function, DriverMemory memory, DriverOptions e1000, IgbDriverOptions igb, Delay delay) {
        int id = Registers.idOf(function);
        if (id == IgbDriver.ID_82576) return new IgbDriver(function, memory, igb, delay);
        if (id == E1000Driver.ID_82540EM || id == E1000Driver.ID_82545EM)
            return new E1000Driver(function, memory, e1000, delay);
        throw new DriverException(
                String.format("not a card that this driver knows but PCI %04x:%04x", id & 0xFFFF, id >>> 16));
    }

    /// As above, of either chip by the same options.
    static NetworkDriver of(PciFunction function, DriverMemory memory, DriverOptions options, Delay delay) {
        return of(function, memory, options, IgbDriverOptions.of(options), delay);
    }

    /// From the next [#start] on received frames lie in buffers of a pool, which are the user's from then
    /// on until he gives or sends them; frames that are sent from buffers of the pool put them back when
    /// the card is done. The pool lies in this driver's memory; several drivers may share it.
    ///
    /// @throws IllegalArgumentException when its buffers are smaller than the driver's, or elsewhere
    void usePool(FramePool pool);

    /// Makes the registers readable and leaves them as they are: enough to look, and the first step of
    /// [#start].
    ///
    /// @throws DriverException when there is another card or none
    void open();

    /// Brings the card up, from whatever state it is in.
    ///
    /// @throws DriverException when it does not answer as the chip does, or finds no link
    void start();

    /// Sends frames of `batch[from..size)`: takes back what is done, fills what is free, rings the
    /// doorbell once.
    ///
    /// A frame that lies wholly in driver memory is sent from where it lies and must stay as it is
    /// until [#idle]; any other is copied. Open checksums and large TCP frames are left to the card.
    ///
    /// @return frames taken; fewer than offered when the ring is full
    int transmit(FrameBatch batch, int from);

    /// As [#transmit(FrameBatch, int)], on one of [#queues].
    default int transmit(int queue, FrameBatch batch, int from) {
        if (queue != 0) throw new IllegalArgumentException("this card has one queue");
        return transmit(batch, from);
    }

    /// Longest frame that the card sends, without FCS.
    int maxFrameBytes();

    /// Transmit queues in use.
    default int queues() {
        return 1;
    }

    /// Whether every frame has been sent, as far as the card has reported.
    boolean idle();

    /// Transmit descriptors of the first queue that are free, as far as the card has reported.
    int transmitFree();

    /// Appends received frames of all queues to `batch`. Their bytes lie in driver memory until the
    /// next call.
    ///
    /// @return frames appended
    int receive(FrameBatch batch);

    /// As [#receive(FrameBatch)], of one of [#receiveQueues]. Frames of a queue keep the order of
    /// the wire.
    default int receive(int queue, FrameBatch batch) {
        if (queue != 0) throw new IllegalArgumentException("this card has one queue");
        return receive(batch);
    }

    /// Receive queues in use.
    default int receiveQueues() {
        return 1;
    }

    /// What the card found out about the checksums of a frame of the last received batch. The batch itself
    /// says the same of good ones ([FrameBatch#checksumVouched]).
    ReceivedChecksum checksumOf(FrameBatch batch, int frame);

    /// At most so many interrupts a second from now on, by the card's throttle; 0: each event at once.
    void throttle(int interruptsPerSecond);

    /// From now on the driver only looks at memory.
    void disableInterrupts();

    /// From now on the card interrupts; at once, when something happened while it could not.
    void enableInterrupts();

    /// What an interrupt handler does first: learns why, and lets the card interrupt again.
    ///
    /// @return causes since the last call, as the chip has them; 0, without touching the card, when it
    ///     did not
    ///     interrupt
    int takeInterrupt();

    /// Interrupts so far.
    long interrupts();

    /// Writes of a tail register so far.
    long doorbells();

    /// Those among them that told the card of frames to send.
    long transmitDoorbells();

    /// When the card is told of frames, from now on; what is owed is written first. The interrupts that
    /// [DoorbellPolicy#DEFERRED] needs are those that the caller passes on by [#takeInterrupt]; without
    /// them ([#disableInterrupts], [#start]) the policy is [DoorbellPolicy#BATCH] again.
    ///
    /// @throws IllegalArgumentException when this card, or a driver without interrupts, cannot
    void doorbells(DoorbellPolicy policy);

    DoorbellPolicy doorbellPolicy();

    /// What can be read and turned while the driver runs.
    List<Knob> knobs();

    /// Asks the card.
    boolean linkUp();

    /// Changes of the link that interrupts have told so far; [#takeInterrupt] counts them. Where it went
    /// [#linkUp] says.
    long linkChanges();

    /// The card's own address, as [dev.doorbell.frame.EthernetAddress] has it.
    long macAddress();

    /// The chip's own counters.
    DriverStatistics statistics();

    /// The chip's registers, in the order of their addresses.
    List<Register> registers();

    /// Any register of [#registers], with the side effects that reading it has; of an array its first
    /// element.
    int readRegister(Register register);

    /// Writes a register of [#registers], for experiments.
    void writeRegister(Register register, int value);

    /// Asks the card whether it is still there. Polling only looks at memory, which tells nothing of a
    /// card that is gone: a loop that has seen nothing for a while asks.
    ///
    /// @throws CardLostException when it is not
    void checkPresent();

    /// Stops the card: no frames, no interrupts, no DMA. Its memory may be given back after. Of a card
    /// that is gone nothing is asked.
    @Override
    void close();
}
