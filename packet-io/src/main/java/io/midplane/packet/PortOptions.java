package io.midplane.packet;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.packet.frame.SlotPort;
import io.midplane.packet.link.CaptureSettings;
import java.util.Map;

/**
 * How a port is opened. Immutable; each {@code with…} method gives a changed copy.
 *
 * @param virtualRouter name of the network namespace it is in; empty or {@code VR-Default} for that
 *     of the process
 * @param capture how its frames are captured
 * @param promiscuous whether it receives frames for other stations
 * @param slotPorts which interface stands for which port of the switch
 * @param listener hears of the link, on the link's thread; must not block
 * @param gate that blocking calls pass
 */
public record PortOptions(
    String virtualRouter,
    CaptureSettings capture,
    boolean promiscuous,
    Map<SlotPort, String> slotPorts,
    PortListener listener,
    BlockingGate gate) {

  /** Keeps a copy of the map. */
  public PortOptions {
    slotPorts = Map.copyOf(slotPorts);
  }

  /** This namespace, immediate delivery, no promiscuity, a gate of its own. */
  public static PortOptions defaults() {
    return new PortOptions(
        "",
        CaptureSettings.defaults(),
        false,
        Map.of(),
        PortListener.NONE,
        new BlockingGate(new CallGraph()));
  }

  /** The same in that virtual router. */
  public PortOptions withVirtualRouter(String name) {
    return new PortOptions(name, capture, promiscuous, slotPorts, listener, gate);
  }

  /** The same with frames captured that way. */
  public PortOptions withCapture(CaptureSettings settings) {
    return new PortOptions(virtualRouter, settings, promiscuous, slotPorts, listener, gate);
  }

  /** The same with frames for other stations. */
  public PortOptions withPromiscuous() {
    return new PortOptions(virtualRouter, capture, true, slotPorts, listener, gate);
  }

  /** The same where interfaces stand for ports of a switch. */
  public PortOptions withSlotPorts(Map<SlotPort, String> ports) {
    return new PortOptions(virtualRouter, capture, promiscuous, ports, listener, gate);
  }

  /** The same with a listener. */
  public PortOptions withListener(PortListener newListener) {
    return new PortOptions(virtualRouter, capture, promiscuous, slotPorts, newListener, gate);
  }

  /** The same with blocking calls through another gate, a runtime's for instance. */
  public PortOptions withGate(BlockingGate newGate) {
    return new PortOptions(virtualRouter, capture, promiscuous, slotPorts, listener, newGate);
  }
}
