public import ArgumentParser
package import Logging

/// `--log-level` and `--log-format`, the same for every long-running command.
package struct LoggingOptions: ParsableArguments {
    /// How a log line looks.
    package enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        case text
        case json
    }

    @Option(help: "trace, debug, info, notice, warning, error or critical. (default depends on the command)")
    package var logLevel: Logger.Level?

    @Option(help: "text or json, one line each, on stderr.")
    package var logFormat: Format = .text

    package init() {}

    /// A logger that writes as asked; at `level` and above when nothing was asked.
    package func makeLogger(_ label: String, level: Logger.Level) -> Logger {
        let format = logFormat
        var logger = Logger(label: label) { LineLogHandler(label: $0, format: format) }
        logger.logLevel = logLevel ?? level
        return logger
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
