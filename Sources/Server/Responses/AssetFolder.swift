import CZlib
import Foundation
import Synchronization

/// The files every page needs, read once and kept compressed.
final class AssetFolder: Sendable {
  struct Asset: Sendable {
    let type: String
    let plain: [UInt8]
    /// nil where compressing does not pay.
    let gzip: [UInt8]?
  }

  private let folder: String?
  private let kept = Mutex<[String: Asset]>([:])
  /// Changes when any file does, so that browsers may keep them for ever.
  let version: String

  init(folder: String?) {
    self.folder = folder
    guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      version = ""
      return
    }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for name in names.sorted() {
      var status = stat()
      stat("\(folder)/\(name)", &status)
      for byte in "\(name) \(status.st_size) \(status.st_mtim.tv_sec)".utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    version = String(hash, radix: 36)
  }

  func asset(_ name: String) -> Asset? {
    if let found = kept.withLock({ $0[name] }) { return found }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard let folder, parts.count <= 2, parts.allSatisfy({ AssetFolder.isPlain($0) }),
      let type = AssetFolder.types[String(name.split(separator: ".").last ?? "")],
      let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)").map({ Array($0) })
    else { return nil }
    let small = type.hasPrefix("font/") ? nil : Gzip.compressed(bytes, level: 9)
    let asset = Asset(type: type, plain: bytes, gzip: small.flatMap { $0.count < bytes.count ? $0 : nil })
    kept.withLock { $0[name] = asset }
    return asset
  }

  /// Letters, digits, `-`, `_` and `.`, not beginning with a point.
  private static func isPlain(_ part: Substring) -> Bool {
    !part.isEmpty && part.utf8.first != UInt8(ascii: ".")
      && part.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || [45, 46, 95].contains(byte)
      }
  }

  private static let types = [
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    "woff2": "font/woff2", "woff": "font/woff", "png": "image/png",
  ]
}

/// Compression for what is sent.
package enum Gzip {
  /// Whether it is among the encodings that somebody takes; one of no weight is not.
  package static func isTaken(_ encodings: String) -> Bool {
    encodings.utf8.split(separator: UInt8(ascii: ",")).contains { one in
      let parts = one.filter { $0 != UInt8(ascii: " ") }.split(separator: UInt8(ascii: ";"))
      guard let name = parts.first, name.elementsEqual("gzip".utf8) else { return false }
      return !parts.dropFirst().contains {
        $0.starts(with: "q=0".utf8) && $0.dropFirst(3).allSatisfy(".0".utf8.contains)
      }
    }
  }

  /// The bytes in gzip form; nil when zlib refuses.
  static func compressed(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
      return nil
    }
    defer { deflateEnd(&stream) }
    var source = bytes
    var result = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let code = source.withUnsafeMutableBufferPointer { input in
      result.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(clamping: input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(clamping: output.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    guard code == Z_STREAM_END else { return nil }
    result.removeLast(result.count - Int(stream.total_out))
    return result
  }
}
