import FoundationEssentials
import JSON
import KubernetesClient
import KubernetesModel
import Logging

/// Writes each log record as one line on stderr.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let format: LoggingOptions.Format

    init(label: String, format: LoggingOptions.Format) {
        self.label = label
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, ours in ours }
        let time = WallClock().now.rfc3339Micro
        let line: String
        switch format {
        case .text:
            let pairs = all.keys.sorted().map { "\($0)=\(all[$0].map { "\($0)" } ?? "")" }.joined(separator: " ")
            line = "\(time) \(event.level) \(label): \(event.message)\(pairs.isEmpty ? "" : " ")\(pairs)\n"
        case .json:
            var object = JSONObject()
            object["time"] = .string(time)
            object["level"] = .string("\(event.level)")
            object["logger"] = .string(label)
            object["message"] = .string("\(event.message)")
            for key in all.keys.sorted() { object[key] = .string(all[key].map { "\($0)" } ?? "") }
            line = JSONValue.object(object).text + "\n"
        }
        StandardStream.error.write(line)
    }
}
