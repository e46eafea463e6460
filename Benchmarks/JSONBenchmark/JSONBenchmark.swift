import Foundation
import JSON

/// Generates a list of Rollouts and times its decoding. `scripts/bench-json` runs it in turn with the peers.
@main
enum JSONBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 3, let number = Int(arguments[2]), number > 0 else { return usage() }
        let path = arguments[1]
        switch arguments[0] {
        case "generate":
            let bytes = RolloutListGenerator.list(byteCount: number)
            try Data(bytes).write(to: URL(filePath: path))
            print("generated \(bytes.count) bytes")
        case "weir":
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            try Measurement.report("weir", rounds: number) { try Decoding.weir(bytes) }
        case "weir-write":
            let document = try JSONValue(parsing: [UInt8](try Data(contentsOf: URL(filePath: path))))
            try Measurement.report("weir-write", rounds: number) { document.serialized().count }
        case "foundation":
            let data = try Data(contentsOf: URL(filePath: path))
            try Measurement.report("foundation", rounds: number) { try Decoding.foundation(data) }
        default:
            usage()
        }
    }

    private static func usage() {
        print("usage: JSONBenchmark generate PATH BYTES | (weir|weir-write|foundation) PATH ROUNDS")
    }
}
