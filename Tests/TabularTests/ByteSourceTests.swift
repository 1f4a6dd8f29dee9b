import Foundation
import Kernel
import Tabular
import Testing

@Suite struct ByteSourceTests {
  /// “customer,date,amount” and two rows, as two gzip members with three zero bytes behind them.
  private static let members: [UInt8] = Array(
    Data(
      base64Encoded: "H4sIAAAAAAAC/0suLS7Jz00t0klJLEnVSczNL80r4QIAgsVVuBUAAAAfiwgAAAAAAAL/M9Qx"
        + "MjAy0TUw1DU21DHSMzXgMkIWMQaJAAApyjpSJAAAAAAAAA==") ?? Data())

  @Test func `a file and standard input give the same bytes again and again`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tabular-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let file = folder.appendingPathComponent("a.csv")
    try Data(bytes).write(to: file)
    let source = try ByteSource(path: file.path)
    #expect(source.name == "a.csv")
    #expect(source.size == 300_000)
    for _ in 0..<2 { #expect(try all(source.makeReader()) == bytes) }
    #expect(problem { _ = try ByteSource(path: folder.path) }?.kind == .invalid)
    #expect(problem { _ = try ByteSource(path: folder.path + "/none") }?.kind == .notFound)
  }

  @Test func `a pipe is read to its end first`() throws {
    let pipe = Pipe()
    let bytes = Array("customer,amount\n1,2\n".utf8)
    try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
    try pipe.fileHandleForWriting.close()
    let source = try ByteSource(adopting: dup(pipe.fileHandleForReading.fileDescriptor), name: "pipe")
    for _ in 0..<2 { #expect(try all(source.makeReader()) == bytes) }
  }

  @Test func `gzip of several members is read through`() throws {
    let table = try Table(ByteSource(bytes: ByteSourceTests.members), options: options())
    var amounts: [Int64?] = []
    while try table.next() == .record { amounts.append(try table.money(.amount)) }
    #expect(amounts == [250, 350])
    #expect(table.report.isCompressed)
  }

  @Test func `gzip that is cut short or damaged is refused`() throws {
    for length in [20, 40, 47, 60, 75, 84] {
      let found = problem {
        let cut = ByteSource(bytes: Array(ByteSourceTests.members.prefix(length)), name: "a.csv.gz")
        let table = try Table(cut, options: options())
        while try table.next() != .end {}
      }
      // After 41 bytes the first member is whole, and a file with a header only is refused for that.
      #expect(found?.kind == .invalid, "\(length)")
    }
    var damaged = ByteSourceTests.members
    damaged[55] ^= 0x55
    #expect(problem { _ = try Table(ByteSource(bytes: damaged, name: "a.csv.gz"), options: options()) } != nil)
  }

  private func all(_ reader: any ByteReader) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 5_000, alignment: 8)
    defer { buffer.deallocate() }
    while true {
      let count = try reader.read(into: buffer)
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }
}
