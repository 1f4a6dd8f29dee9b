import Kernel
import Web

/// Something a later stage has to say on a customer's page; registered when the product is put together.
package struct CustomerSection: Sendable {
  package enum Place: Sendable {
    /// Beside the facts that matter at the point of contact: a word or two.
    case fact
    /// Above the timeline.
    case main
    /// Beside the timeline.
    case side
  }

  package let place: Place
  /// The name of the fact; sections bring their own heading.
  package let title: String
  /// What stands there; nil when there is nothing to say, or the one who looks may not see it.
  package let html: @Sendable (Customer, Visit) async throws -> HTML?

  package init(
    _ place: Place, _ title: String = "", html: @escaping @Sendable (Customer, Visit) async throws -> HTML?
  ) {
    self.place = place
    self.title = title
    self.html = html
  }

  /// A section with what it says.
  struct Shown: Sendable {
    let place: Place
    let title: String
    let html: HTML
  }
}

/// What a customer's page is given by the rest of the product.
package struct CustomerPageParts: Sendable {
  package var sections: [CustomerSection]
  package var timeline: [TimelineSource]

  package init(sections: [CustomerSection] = [], timeline: [TimelineSource] = []) {
    self.sections = sections
    self.timeline = TimelineSource.facts + timeline
  }

  func shown(_ customer: Customer, _ visit: Visit) async throws -> [CustomerSection.Shown] {
    var shown: [CustomerSection.Shown] = []
    for section in sections {
      guard let html = try await section.html(customer, visit), !html.isEmpty else { continue }
      shown.append(.init(place: section.place, title: section.title, html: html))
    }
    return shown
  }
}
