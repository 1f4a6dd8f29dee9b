import Distributor
import Foundation
import Kernel
import Testing

@Suite struct CompanyTests {
  @Test func `the same seed gives the same bytes`() {
    let (one, other) = (DistributorCompany(seed: 3), DistributorCompany(seed: 3))
    for (left, right) in zip(one.files(), other.files()) {
      #expect(left.name == right.name)
      #expect(left.bytes == right.bytes, "\(left.name) differs.")
    }
    #expect(one.truth.json == other.truth.json)
  }

  /// Computed once and written down, so that another machine that draws differently is found out. A change of the
  /// generator changes it; then run the test and take over what it says.
  @Test func `seed 1 has the bytes it has everywhere`() {
    let company = DistributorCompany(seed: 1)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in company.files().flatMap(\.bytes) + Array(company.truth.json.utf8) {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    #expect(String(hash, radix: 16) == "56eb2651d2808088")
  }

  @Test func `seeds differ in names, sizes and structure`() throws {
    let samples = Sample.all
    for file in samples[0].company.files().map(\.name) where !["settings.csv"].contains(file) {
      let variants = Set(samples.map { sample in sample.company.files().first { $0.name == file }?.bytes ?? [] })
      #expect(variants.count == samples.count, "\(file) is the same for two seeds.")
    }
    let names = samples.map { Set($0.company.parties.map(\.name)) }
    #expect(names[0].intersection(names[1]).count < names[0].count / 20)
    #expect(Set(samples.map { $0.company.parties.count }).count > 1)
    #expect(Set(samples.map { $0.company.purchases.count }).count == samples.count)
    #expect(Set(samples.map { Set($0.company.parties.map(\.segment)) }).count > 1)
  }

  @Test(arguments: Sample.all) func `it is as large as it should be`(sample: Sample) throws {
    let organisations = sample.company.parties.filter { $0.kind == .organisation }
    #expect((390...450).contains(organisations.count))
    #expect(sample.company.parties.count - organisations.count >= 60)
    #expect(organisations.count { $0.parent != nil } >= 9)
    #expect(organisations.allSatisfy { party in party.contacts.contains { $0.role == .buyer } })
    #expect(Set(sample.company.parties.flatMap { $0.contacts.map(\.role) }) == Set(BuyingContact.Role.allCases))
    let days = sample.company.purchases.map(\.date)
    #expect(days.max() == sample.company.asOf)
    #expect(try #require(days.min()) <= sample.company.asOf.adding(days: -1_440))
    #expect(sample.company.purchases.count > 30_000)
    #expect(try sample.rows("customers").texts("note").allSatisfy { $0 == "synthetic" })
    #expect(sample.company.truth.json.contains("\"note\": \"synthetic\""))
  }

  @Test func `numbers of customers tell nothing of what they are`() {
    // Were numbers dealt in order of parts, those of one kind would stand together.
    for sample in Sample.all {
      let order = sample.truth.map(\.customer)
      for kind in [SignificantKind.highLifetimeValue, .benchmark, .inspiration] {
        let places = order.indices.filter { sample.with(kind).contains(order[$0]) }
        let mean = Double(places.reduce(0, +)) / Double(places.count)
        let error = Double(order.count) / (12 * Double(places.count)).squareRoot()
        #expect(abs(mean - Double(order.count) / 2) < 4 * error)
      }
    }
  }

  @Test func `making and writing it takes less than two seconds`() {
    let start = ContinuousClock.now
    let bytes = DistributorCompany(seed: 77).files().reduce(0) { $0 + $1.bytes.count }
    #expect(bytes > 4_000_000)
    #if !DEBUG
      #expect(ContinuousClock.now - start < .seconds(2))
    #endif
  }

  @Test func `a file comes in pieces that end with a row`() throws {
    let file = try #require(Sample.all[0].company.files().first { $0.name == "drivers.csv" })
    var pieces = 0
    var whole: [UInt8] = []
    file.stream { piece in
      #expect(piece.last == UInt8(ascii: "\n"))
      #expect(piece.count < 66_000)
      pieces += 1
      whole += piece
    }
    #expect(pieces > 10)
    #expect(whole == file.bytes)
  }

  @Test(arguments: Sample.all) func `the truth reads as JSON with what was promised`(sample: Sample) throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(sample.company.truth.json.utf8)) as? [String: Any])
    #expect((object["seed"] as? NSNumber)?.uint64Value == sample.company.seed)
    let customers = try #require(object["customers"] as? [[String: Any]])
    #expect(customers.count == sample.truth.count)
    for (entry, truth) in zip(customers, sample.truth) {
      #expect(Set(entry.keys) == ["customer", "kinds", "contribution", "expectedValue", "leaver", "strategy"])
      #expect(entry["customer"] as? String == truth.customer)
      let contribution = try #require(entry["contribution"] as? Double)
      #expect(Int((contribution * 100).rounded()) == truth.contribution)
      #expect(entry["strategy"] as? String == truth.strategy?.rawValue)
    }
  }

  @Test func `Python reads every file with as many cells in each row`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "distributor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var expected: [String] = []
    for file in Sample.all[1].company.files() {
      try Data(file.bytes).write(to: folder.appending(path: file.name))
      let rows = Rows(file.csv)
      expected.append("\(file.name) \(rows.cells.count + 1) \(rows.header.count)")
    }
    let script = """
      import csv, os, sys
      for name in sorted(os.listdir(sys.argv[1])):
          rows = list(csv.reader(open(os.path.join(sys.argv[1], name), newline="", encoding="utf-8"), strict=True))
          assert {len(row) for row in rows} == {len(rows[0])}, name
          print(name, len(rows), len(rows[0]))
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, folder.path()]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(text.split(separator: "\n").map(String.init) == expected.sorted())
  }
}
