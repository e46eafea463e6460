import ClusterState
import KubernetesModel

/// Which lines of a log are sent, and how they look: the options of `pods/log`.
struct PodLogSelection: Hashable, Sendable {
    var tailLines: Int?
    var since: Timestamp?
    var hasTimestamps = false
    var bytesMax: Int?

    /// Reads the options of a query.
    ///
    /// - Throws: 400 for a value that is no number or time, 422 for a number below zero.
    init(_ query: QueryParameters, now: Timestamp) throws(KubernetesFailure) {
        tailLines = try Self.natural(query, "tailLines")
        bytesMax = try Self.natural(query, "limitBytes")
        hasTimestamps = query.isOn("timestamps")
        if let seconds = try Self.natural(query, "sinceSeconds") {
            since = now.advanced(by: .seconds(-seconds))
        } else if let text = query["sinceTime"] {
            guard let time = Timestamp(parsing: text) else {
                throw .badRequest("sinceTime: Invalid value: \"\(text)\": it must be a time as in RFC 3339")
            }
            since = time
        }
    }

    private static func natural(_ query: QueryParameters, _ name: String) throws(KubernetesFailure) -> Int? {
        guard let value = try RequestOptions.integer(query, name) else { return nil }
        guard value >= 0 else {
            throw .invalidOption(
                "PodLogOptions", field: name, "\(value)", "must be greater than or equal to 0")
        }
        return value
    }

    /// The text of the lines that were there when the request came.
    func text(of lines: [PodLogLine]) -> String {
        var chosen = lines[...]
        if let since { chosen = chosen.filter { $0.time >= since }[...] }
        if let tailLines { chosen = chosen.suffix(tailLines) }
        let text = chosen.map(text(of:)).joined()
        guard let bytesMax, text.utf8.count > bytesMax else { return text }
        return String(decoding: text.utf8.prefix(bytesMax), as: UTF8.self)
    }

    /// One line as it is sent.
    func text(of line: PodLogLine) -> String {
        hasTimestamps ? "\(line.time.rfc3339Micro) \(line.text)\n" : "\(line.text)\n"
    }
}
