/// What a Query request or its XML answer carries, without the notation: text, lists and named fields.
package enum WireValue: Equatable, Sendable {
    /// One piece of text; an empty one also stands for an empty list or structure.
    case text(String)
    /// `X.member.1`, `X.member.2` in a query; `<member>` elements in XML.
    case list([WireValue])
    /// Named fields in the order in which they are written.
    case structure([WireField])

    /// The elements if this is a list; empty for an empty text; `nil` otherwise.
    var elements: [WireValue]? {
        switch self {
        case .list(let values): values
        case .text(""): []
        case .structure(let fields) where fields.isEmpty: []
        case .text, .structure: nil
        }
    }

    /// The fields if this is a structure; empty for an empty text; `nil` otherwise.
    var fields: [WireField]? {
        switch self {
        case .structure(let fields): fields
        case .text(""): []
        case .list(let values) where values.isEmpty: []
        case .text, .list: nil
        }
    }
}

/// A named part of a structure.
package struct WireField: Equatable, Sendable {
    /// The name as the API spells it: `TargetGroupArn`.
    package var name: String
    /// What it holds.
    package var value: WireValue

    /// Names a value.
    package init(_ name: String, _ value: WireValue) {
        self.name = name
        self.value = value
    }
}
