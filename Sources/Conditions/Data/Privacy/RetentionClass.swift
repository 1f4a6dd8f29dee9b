import Kernel
import Store

/// What is kept for a time and then goes by itself.
package enum RetentionClass: String, Sendable, Codable, CaseIterable, Storable {
  case sessions, addresses, forms, rejects, answers, requests, conversations, binned, strangers

  package var title: String {
    switch self {
    case .sessions: "Sessions that are over"
    case .addresses: "Addresses of refused sign-ins and of sessions"
    case .rejects: "Originals of refused rows"
    case .forms: "Addresses of who filled in forms"
    case .answers: "Answers kept for repeated requests"
    case .requests: "What people asked about their data"
    case .conversations: "What was said in conversations"
    case .binned: "People in the bin"
    case .strangers: "People with whom nothing happened"
    }
  }

  package var effect: String {
    switch self {
    case .sessions: "The session is removed; whoever it was signs in again."
    case .addresses: "The internet address and the name of the browser are emptied, here and in the audit chain."
    case .rejects: "The row as it stood in the file is emptied; its line and the reason stay."
    case .forms: "The internet address is emptied; what was filled in stays."
    case .answers: "The same request sent again is carried out again."
    case .requests: "Who asked and what was written is emptied; that it was asked and answered stays."
    case .conversations:
      "Subject, text and the other side are emptied, and what they were before a correction; that there was one stays."
    case .binned:
      "Contacts and private customers that were put into the bin longer ago are erased, as if they had asked for it."
    case .strangers:
      "Contacts and private customers without a purchase, a conversation, a task or a consent in that time are erased."
    }
  }

  /// In days; nil where nothing goes unless somebody says so.
  package var usualDays: Int? {
    switch self {
    case .sessions, .addresses, .forms: 30
    case .answers: 7
    case .rejects, .requests, .conversations, .binned, .strangers: nil
    }
  }

  /// What is suggested where nothing goes by itself.
  package var suggestedDays: Int {
    switch self {
    case .requests, .strangers: 1_095
    case .conversations: 2_190
    default: usualDays ?? 90
    }
  }
}
