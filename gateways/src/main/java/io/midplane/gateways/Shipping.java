package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.CompileException;
import io.midplane.gateways.worker.CompiledSource;
import io.midplane.gateways.worker.ShippedTask;
import io.midplane.gateways.worker.SourceCache;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.CodeSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes requests of Java code: source is compiled here, and classes travel as bytes. */
final class Shipping {
  private static final String CLASS = ".class";

  /** One for all gateways of a group: the same source again costs nothing. */
  private final SourceCache compiled;

  private final boolean confined;

  /**
   * For the gateways of a group.
   *
   * @param confined whether the channel belongs to the thread that runs the code
   */
  Shipping(SourceCache compiled, boolean confined) {
    this.compiled = compiled;
    this.confined = confined;
  }

  /** A request to run source text. */
  Tuple source(String source, @Nullable String fileName) {
    if (!compiled.isAvailable()) {
      return Tuple.of(source, fileName, null, Map.of());
    }
    String shown = fileName == null ? ShippedTask.UNNAMED : fileName;
    try {
      CompiledSource classes = compiled.compile(source, shown);
      Dict bytes = new Dict();
      classes.classes().forEach((name, content) -> bytes.put(name, Bytes.of(content)));
      return request(classes.mainClass() + "#main", bytes, shown, null);
    } catch (CompileException wrongSource) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, String.valueOf(wrongSource.getMessage()), wrongSource);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MidplaneException(ErrorCode.CANCELLED, "compile: interrupted", interrupted);
    }
  }

  /**
   * A request to run a method.
   *
   * @param questions the channel over which the worker asks for more classes
   */
  Tuple method(MethodReference method, @Nullable Object[] arguments, Channel questions) {
    ClassOrigin origin = new ClassOrigin(method.type());
    Dict classes = new Dict();
    String name = method.type().getName();
    classes.put(name, origin.require(name));
    questions.setCallback(asked -> questions.send(origin.bytes(String.valueOf(asked))));
    return request(method.toString(), classes, null, questions, arguments);
  }

  private Tuple request(
      String method,
      Dict classes,
      @Nullable String fileName,
      @Nullable Channel questions,
      @Nullable Object... arguments) {
    Dict details = new Dict();
    details.put(ShippedTask.CLASSES, classes);
    details.put(ShippedTask.ARGUMENTS, Tuple.of(arguments));
    details.put(ShippedTask.QUESTIONS, questions);
    details.put(ShippedTask.FILE, fileName);
    details.put(ShippedTask.CONFINED, confined);
    return Tuple.of("", ShippedTask.MARK, method, details);
  }

  /** Where a class comes from; it answers for classes of the same folder or jar only. */
  private static final class ClassOrigin {
    private final Class<?> type;
    private final @Nullable String place;

    ClassOrigin(Class<?> type) {
      this.type = type;
      CodeSource source = type.getProtectionDomain().getCodeSource();
      this.place =
          source == null || source.getLocation() == null ? null : "" + source.getLocation();
    }

    Bytes require(String name) {
      Bytes bytes = bytes(name);
      if (bytes == null) {
        throw new MidplaneException(
            ErrorCode.NOT_FOUND,
            "class " + name + ": its bytes are nowhere (expected: a class of a folder or jar)");
      }
      return bytes;
    }

    @Nullable Bytes bytes(String name) {
      String file = name.replace('.', '/') + CLASS;
      ClassLoader loader = type.getClassLoader();
      URL url = loader == null || place == null ? null : loader.getResource(file);
      if (url == null || !isOfOrigin(url)) {
        return null;
      }
      try (InputStream in = url.openStream()) {
        return Bytes.of(in.readAllBytes());
      } catch (IOException unreadable) {
        return null;
      }
    }

    private boolean isOfOrigin(URL url) {
      String text = url.toString();
      return text.startsWith(place + "") || text.startsWith("jar:" + place + "!");
    }
  }
}
