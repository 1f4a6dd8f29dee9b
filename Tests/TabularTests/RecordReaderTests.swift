import Kernel
import Tabular
import Testing

@Suite struct RecordReaderTests {
  @Test func `cells are cut at separators and line ends of every kind`() throws {
    for end in ["\n", "\r\n", "\r"] {
      let reading = try Reading("a,b,c\(end)1,,3\(end)\(end)4,5,")
      #expect(reading.records == [["a", "b", "c"], ["1", "", "3"], ["4", "5", ""]])
      #expect(reading.lines == [1, 2, 4])
    }
  }

  @Test func `quoted cells hold separators, line ends and doubled quotes`() throws {
    let reading = try Reading("\"a,b\",\"c\r\nd\",\"e\"\"f\"\n\"\",x,\"\"\"\"\nlast,1,2")
    #expect(reading.records == [["a,b", "c\r\nd", "e\"f"], ["", "x", "\""], ["last", "1", "2"]])
    #expect(reading.lines == [1, 3, 4])
  }

  @Test func `a quote inside an unquoted cell is an ordinary character`() throws {
    #expect(try Reading("5\" nail,2\n").records == [["5\" nail", "2"]])
  }

  @Test func `a quote with a combining mark still quotes`() throws {
    let reading = try Reading("\"\u{301}x\",\"y\"\n")
    #expect(reading.records == [["\u{301}x", "y"]])
  }

  @Test func `ragged rows are refused with their line, and the others are taken`() throws {
    let reading = try Reading("1,2\n3\n4,5,6\n7,8\n", expecting: 2)
    #expect(reading.records == [["1", "2"], ["7", "8"]])
    #expect(reading.refusals.map(\.kind) == [.tooFewCells, .tooManyCells])
    #expect(reading.refusals.map(\.line) == [2, 3])
    #expect(reading.refusals.map(\.original) == ["3", "4,5,6"])
  }

  @Test func `a lone quote costs one line`() throws {
    let reading = try Reading("1,\"\n2,b\n3,c\n", expecting: 2)
    #expect(reading.records == [["2", "b"], ["3", "c"]])
    #expect(reading.refusals.map(\.kind) == [.openQuote])
    #expect(reading.refusals.first?.line == 1)
    #expect(reading.refusals.first?.column == 2)
  }

  @Test func `a quote left open before other quoted cells costs one line`() throws {
    let reading = try Reading("1,\"a\n2,\"b c\"\n3,d\n", expecting: 2)
    #expect(reading.records == [["2", "b c"], ["3", "d"]])
    #expect(reading.refusals.map(\.kind) == [.textAfterQuote])
  }

  @Test func `a zero byte is refused with its line and column`() throws {
    let reading = try Reading("a,b\n1,x\u{0}y\n2,z\n", expecting: 2)
    #expect(reading.records == [["a", "b"], ["2", "z"]])
    #expect(reading.refusals.map(\.kind) == [.zeroByte])
    #expect(reading.refusals.first?.line == 2)
    #expect(reading.refusals.first?.column == 2)
  }

  @Test func `bytes that are not UTF-8 are refused with their line`() throws {
    let reading = try Reading(Array("é,1\n".utf8) + [0xC3, 0x28, 0x2C, 0x31, 0x0A] + Array("x,2\n".utf8))
    #expect(reading.records == [["é", "1"], ["x", "2"]])
    #expect(reading.refusals.map(\.kind) == [.notUTF8])
    #expect(reading.refusals.first?.line == 2)
  }

  @Test(arguments: [false, true])
  func `a cell of ten megabytes is refused with line and column, and reading goes on`(isQuoted: Bool) throws {
    let giant = [UInt8](repeating: 0x78, count: 10 << 20)
    let quote: [UInt8] = isQuoted ? [0x22] : []
    let bytes = Array("a,b\n1,".utf8) + quote + giant + quote + Array("\n2,y\n3,\"z\"\n".utf8)
    let reading = try Reading(bytes, expecting: 2)
    #expect(reading.records == [["a", "b"], ["2", "y"], ["3", "z"]])
    #expect(reading.refusals.map(\.kind) == [.cellTooLong])
    #expect(reading.refusals.first?.line == 2)
    #expect(reading.refusals.first?.column == 2)
    #expect(reading.refusals.first?.original.utf8.count == 65_536)
  }

  @Test func `a giant quoted cell with line ends is stepped over as one`() throws {
    let giant = Array(String(repeating: "some words \"\"here\"\"\n", count: 100_000).utf8)
    let bytes = Array("a,b\n1,\"".utf8) + giant + Array("\"\n2,y\n".utf8)
    let reading = try Reading(bytes, expecting: 2)
    #expect(reading.records == [["a", "b"], ["2", "y"]])
    #expect(reading.refusals.map(\.kind) == [.cellTooLong])
    #expect(reading.refusals.first?.lastLine == 100_002)
    #expect(reading.lines == [1, 100_003])
  }

  @Test func `a quote that swallows thousands of records costs one line`() throws {
    let rows = (1...120_000).map { "\($0),some product\n" }.joined()
    let reading = try Reading("0,\"oops\n" + rows, expecting: 2)
    #expect(reading.records.count == 120_000)
    #expect(reading.refusals.map(\.kind) == [.openQuote])
  }

  @Test func `a record of too many cells is refused`() throws {
    let wide = Array(repeating: "1", count: 1_001).joined(separator: ",")
    let most = Array(repeating: "1", count: 1_000).joined(separator: ",")
    let reading = try Reading(wide + "\n" + most + "\n")
    #expect(reading.records.map(\.count) == [1_000])
    #expect(reading.refusals.map(\.kind) == [.tooManyColumns])
  }

  @Test func `blanks separate the cells of files in columns`() throws {
    let reading = try Reading(
      " 00001 19970101  1   11.77\r\n\n 00002\t19970112  5 77.00", dialect: Dialect(separator: .blanks))
    #expect(reading.records == [["00001", "19970101", "1", "11.77"], ["00002", "19970112", "5", "77.00"]])
  }

  @Test func `how the bytes arrive changes nothing`() throws {
    var random = Seeded(7)
    let alphabet = Array("ab,\"\n\r;é\u{0} ".utf8)
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      let whole = try Reading(bytes, expecting: 2)
      for size in [1, 2, 3, 7] {
        let pieced = try Reading(bytes, expecting: 2, pieces: size)
        #expect(whole == pieced, "\(bytes)")
      }
    }
  }
}

/// A generator of the same numbers each time (SplitMix64).
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
