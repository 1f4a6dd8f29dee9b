import Foundation
import Kernel
import Web

/// Reads a form with files as it arrives: fields are kept, one file goes straight to disk.
package struct MultipartReader {
  private enum Place {
    case preamble, headers, field(name: String), file
  }

  private let delimiter: [UInt8]
  private var buffer: [UInt8] = [0x0D, 0x0A]
  private var place = Place.preamble
  private var value: [UInt8] = []
  package private(set) var fields = Fields()
  package private(set) var fileName: String?
  private(set) var isOver = false
  private let file: FileHandle
  package private(set) var fileBytes: Int64 = 0

  private static let fieldLimit = 1 << 20
  private static let headerLimit = 8 << 10

  /// - Parameter file: where the first file goes; further ones are refused.
  package init(boundary: String, file: FileHandle) throws {
    guard (1...70).contains(boundary.utf8.count) else {
      throw Problem(.malformed, field: "Content-Type", "The form has no boundary.", mend: "Send it as browsers do.")
    }
    delimiter = Array("\r\n--\(boundary)".utf8)
    self.file = file
  }

  /// The boundary a content type names.
  package static func boundary(of contentType: String) -> String? {
    for part in contentType.utf8.split(separator: UInt8(ascii: ";")).dropFirst() {
      let text = String(decoding: part, as: UTF8.self).trimmingCharacters(in: .whitespaces)
      if text.lowercased().hasPrefix("boundary=") {
        return text.dropFirst(9).trimmingCharacters(in: CharacterSet(charactersIn: "\""))
      }
    }
    return nil
  }

  package mutating func take(_ chunk: some Sequence<UInt8>) throws {
    buffer.append(contentsOf: chunk)
    while !isOver, try step() {}
  }

  package mutating func finish() throws {
    guard isOver else {
      throw Problem(.malformed, field: "body", "The form breaks off before its end.", mend: "Send it again.")
    }
  }

  /// Does what the buffer allows.
  /// - Returns: whether there may be more to do.
  private mutating func step() throws -> Bool {
    if case .headers = place { return try readHeaders() }
    guard let position = MultipartReader.find(delimiter, in: buffer) else {
      // Whatever cannot be the beginning of a delimiter is content.
      let sure = max(0, buffer.count - delimiter.count + 1)
      try emit(buffer[..<sure])
      buffer.removeFirst(sure)
      return false
    }
    guard buffer.count >= position + delimiter.count + 2 else { return false }
    try emit(buffer[..<position])
    try endPart()
    let after = position + delimiter.count
    let isLast = buffer[after] == UInt8(ascii: "-") && buffer[after + 1] == UInt8(ascii: "-")
    buffer.removeFirst(after + 2)
    isOver = isLast
    place = .headers
    return !isLast
  }

  private mutating func readHeaders() throws -> Bool {
    let blank = Array("\r\n\r\n".utf8)
    guard let end = MultipartReader.find(blank, in: buffer) else {
      guard buffer.count <= MultipartReader.headerLimit else { throw MultipartReader.malformed }
      return false
    }
    let lines = String(decoding: buffer[..<end], as: UTF8.self)
    buffer.removeFirst(end + blank.count)
    let disposition = lines.split(whereSeparator: \.isNewline).first {
      $0.lowercased().hasPrefix("content-disposition:")
    }
    guard let disposition, let name = MultipartReader.parameter("name", of: disposition) else {
      throw MultipartReader.malformed
    }
    if let fileName = MultipartReader.parameter("filename", of: disposition) {
      guard self.fileName == nil else {
        throw Problem(.invalid, field: name, "More than one file was sent.", mend: "Send them one by one.")
      }
      self.fileName = fileName
      place = .file
    } else {
      place = .field(name: name)
    }
    value = []
    return true
  }

  private mutating func emit(_ bytes: ArraySlice<UInt8>) throws {
    switch place {
    case .preamble, .headers: return
    case .field(let name):
      guard value.count + bytes.count <= MultipartReader.fieldLimit else {
        throw Problem(.tooLarge, field: name, "This field is too long.", mend: "Shorten it.")
      }
      value.append(contentsOf: bytes)
    case .file:
      guard !bytes.isEmpty else { return }
      fileBytes += Int64(bytes.count)
      try file.write(contentsOf: Data(bytes))
    }
  }

  private mutating func endPart() throws {
    guard case .field(let name) = place else { return }
    guard let text = String(validating: value, as: UTF8.self), !value.contains(0) else {
      throw Problem(.malformed, field: name, "This is not UTF-8 text.", mend: "Type it again.")
    }
    fields.add(name, text)
  }

  private static func parameter(_ name: String, of header: Substring) -> String? {
    guard let start = header.range(of: " \(name)=\"") ?? header.range(of: ";\(name)=\"") else { return nil }
    let rest = header[start.upperBound...].utf8
    guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    return String(header[start.upperBound..<end])
  }

  /// The first place of `needle`; looks for its first byte with the library's search.
  private static func find(_ needle: [UInt8], in haystack: [UInt8]) -> Int? {
    guard let head = needle.first, haystack.count >= needle.count else { return nil }
    return haystack.withUnsafeBytes { all -> Int? in
      guard let start = all.baseAddress else { return nil }
      var from = 0
      let last = all.count - needle.count
      while from <= last, let hit = memchr(start + from, Int32(head), last - from + 1) {
        let position = UnsafeRawPointer(hit) - start
        if memcmp(start + position, needle, needle.count) == 0 { return position }
        from = position + 1
      }
      return nil
    }
  }

  private static var malformed: Problem {
    Problem(.malformed, field: "body", "The form cannot be read.", mend: "Send it as browsers do.")
  }
}
