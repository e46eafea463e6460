import AsyncHTTPClient
import AWSClient
import ControllerRuntime
import KubernetesClient
import Logging

/// Access to AWS for the time of one command, or the reason there is none.
struct AWSReading: Sendable {
    /// `nil` when AWS is not read.
    var elb: (any ELBAPI)?
    /// Why AWS is not read.
    var problem = ""

    /// Runs `body` with what can be had, and closes the connections.
    static func with<Answer: Sendable>(
        _ options: AWSOptions, skips: Bool, logger: Logger, _ body: (AWSReading) async throws -> Answer
    ) async throws -> Answer {
        if skips { return try await body(AWSReading(problem: "--no-aws was given.")) }
        let host = HostEnvironment.withCommands
        let http = HTTPClientTransport.makeClient()
        let configuration: AWSConfiguration
        do throws(AWSConfigurationProblem) {
            configuration = try await AWSConfiguration.load(
                options: options, host: host, transport: HTTPClientTransport(client: http))
        } catch {
            let result = await Result { try await body(AWSReading(problem: error.description)) }
            try await http.shutdown()
            return try result.get()
        }
        let elb = ELBClient(
            configuration: configuration, host: host, transport: HTTPClientTransport(client: http),
            clock: WallClock().runtime, logger: logger)
        let result: Result<Answer, any Error>
        do {
            result = .success(try await body(AWSReading(elb: elb)))
        } catch {
            result = .failure(error)
        }
        try await http.shutdown()
        return try result.get()
    }
}
