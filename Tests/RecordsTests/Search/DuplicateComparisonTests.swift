import Kernel
import Records
import Testing

/// Which records are taken for one.
@Suite struct DuplicateComparisonTests {
  static func profile(_ id: Int64, _ texts: [(field: String, text: String)]) -> DuplicateProfile {
    DuplicateProfile(id: id, RecordTexts(texts))
  }

  static let anna = profile(
    1,
    [
      ("name", "Anna Müller"), ("email", "anna.mueller@posteo.de"), ("phone", "+49 30 1234567"),
      ("postalCode", "10115"), ("city", "Berlin"),
    ])

  @Test func `somebody who was entered again with another spelling is the same`() {
    let again = Self.profile(2, [("name", "Mueller, Ana"), ("phone", "030/1234567"), ("postalCode", "10115")])
    let evidence = DuplicateComparison.evidence(Self.anna, again)
    #expect(evidence.map(\.field) == ["name", "phone", "postalCode"])
    #expect(evidence.map(\.level) == [.near, .same, .same])
    #expect(DuplicateEvidence.total(evidence) > DuplicateEvidence.likely)
  }

  @Test func `somebody of the same name elsewhere is somebody else`() {
    let other = Self.profile(
      2, [("name", "Anna Müller"), ("email", "am@gmx.de"), ("phone", "+49 40 7654321"), ("postalCode", "20095")])
    #expect(DuplicateEvidence.total(DuplicateComparison.evidence(Self.anna, other)) < DuplicateEvidence.worthTelling)
  }

  @Test func `two of one family with one address are two`() {
    let other = Self.profile(
      2, [("name", "Peter Müller"), ("phone", "+49 30 1234567"), ("postalCode", "10115"), ("city", "Berlin")])
    let bare = Self.profile(1, [("name", "Anna Müller"), ("phone", "+49 30 1234567")])
    #expect(DuplicateEvidence.total(DuplicateComparison.evidence(bare, other)) < DuplicateEvidence.likely)
  }

  @Test func `companies are compared without their legal form, and by the numbers in their names`() {
    let one = Self.profile(1, [("name", "Meier & Söhne GmbH & Co. KG"), ("city", "Bremen")])
    let same = Self.profile(2, [("name", "MEIER SOEHNE AG"), ("city", "bremen")])
    #expect(DuplicateEvidence.total(DuplicateComparison.evidence(one, same)) > DuplicateEvidence.likely)
    let shop = DuplicateComparison.evidence(
      Self.profile(1, [("name", "Shop 117")]), Self.profile(2, [("name", "Shop 118")]))
    #expect(shop.map(\.level) == [.different])
  }

  @Test func `an index gives back those who may be the same, each once and the best first`() {
    var index = DuplicateIndex()
    index.add(Self.anna)
    index.add(Self.profile(2, [("name", "Anna Müller"), ("email", "anna.mueller@posteo.de")]))
    index.add(Self.profile(3, [("name", "Berta Schulz"), ("email", "b@posteo.de")]))
    let found = index.matches(
      Self.profile(9, [("name", "Anna Mueller"), ("email", "Anna.Mueller@Posteo.de"), ("phone", "030 1234567")]))
    #expect(found.map(\.id) == [1, 2])
    let again = index.matches(Self.profile(9, [("name", "Conrad Nobody")]))
    #expect(again.isEmpty)
  }
}
