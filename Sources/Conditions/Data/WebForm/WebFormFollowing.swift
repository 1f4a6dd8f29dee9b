import Customers
import Kernel
import Records
import Store

extension WebFormSubmissions {
  /// What follows from a submission besides its customer: a contact there, what was said, a consent, the tag of the form.
  /// - Returns: the contact; nil where the customer is the person.
  static func follow(
    _ entry: WebFormEntry, _ form: WebForm, _ customer: ID<Customer>, at now: Instant, in tx: Transaction
  ) throws -> ID<Contact>? {
    let actor = visitor(of: form)
    let visitor = Visitor(
      name: entry.person, email: entry.email, phone: entry.phone, message: entry.message, source: actor.name,
      agreement: entry.agrees ? .init(purpose: form.purpose, text: form.consent) : nil)
    let contact = try visitor.arrive(at: customer, by: actor, at: now, in: tx)
    guard !form.tag.isEmpty else { return contact }
    do {
      try Tags.add(form.tag, to: RecordKey(.customer, customer.rawValue), by: actor, at: now, in: tx)
    } catch is Problem {
      // A customer that bears all the tags it can is still taken in.
    }
    return contact
  }
}
