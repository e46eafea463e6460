import AWSSigning
package import ControllerRuntime
package import ELBModel
import KubernetesModel
package import Logging
import Metrics
import Synchronization

/// The Elastic Load Balancing API over signed HTTP calls, with bounded retries.
package final class ELBClient: ELBAPI {
    /// How long one attempt may take.
    static let attemptTimeout: Duration = .seconds(20)

    private let endpoint: AWSEndpoint
    private let region: String
    private let credentials: CredentialCache
    private let transport: any AWSTransport
    private let retry: RetryPolicy
    private let clock: RuntimeClock
    private let logger: Logger
    private let leadership: Leadership
    private let pacer: CallPacer
    private let userAgent: String
    /// Seconds to add to our clock so that it agrees with the service's.
    private let clockCorrection = Mutex<Int64>(0)

    /// - Parameters:
    ///   - leadership: asked immediately before each request that changes something is sent.
    ///   - pacer: asked before each request, repetitions too; `nil` for one with the published limits.
    ///   - userAgent: names this process in AWS' record of calls.
    package init(
        endpoint: AWSEndpoint, region: String, credentials: CredentialCache, transport: any AWSTransport,
        retry: RetryPolicy = RetryPolicy(), clock: RuntimeClock, leadership: Leadership = .alone,
        pacer: CallPacer? = nil, userAgent: String = "weir", logger: Logger
    ) {
        self.endpoint = endpoint
        self.region = region
        self.credentials = credentials
        self.transport = transport
        self.retry = retry
        self.clock = clock
        self.leadership = leadership
        self.pacer = pacer ?? CallPacer(clock: clock)
        self.userAgent = userAgent
        self.logger = logger
    }

    /// The client that `configuration` describes, with the standard search for credentials.
    package convenience init(
        configuration: AWSConfiguration, host: HostEnvironment = .process, transport: any AWSTransport,
        retry: RetryPolicy = RetryPolicy(), clock: RuntimeClock, leadership: Leadership = .alone,
        pacer: CallPacer? = nil, userAgent: String = "weir", logger: Logger
    ) {
        let chain = CredentialChain.standard(configuration, host: host, transport: transport)
        self.init(
            endpoint: configuration.elbEndpoint, region: configuration.region,
            credentials: CredentialCache(source: chain, clock: clock), transport: transport, retry: retry, clock: clock,
            leadership: leadership, pacer: pacer, userAgent: userAgent, logger: logger)
    }

    /// Sends the call, again when it was throttled or the service failed, at most `retry.attemptsMax` times.
    ///
    /// - Throws: `ELBFailure` for a refusal or when no answer came (code `Unreachable`); `CredentialFailure`;
    ///   `NotLeading`.
    package func call(_ request: ELBRequest) async throws -> ELBResponse {
        try await call(request, lane: CallLane(request)).response
    }

    /// As `call(_:)`; each request, repetitions too, waits for its turn in `lane`.
    package func call(_ request: ELBRequest, lane: CallLane) async throws -> ELBAnswer {
        let start = clock.now()
        defer {
            let took = max(0, start.duration(to: clock.now()).wholeMicroseconds)
            Timer(label: "weir_aws_call_seconds", dimensions: [("operation", request.operation)])
                .recordMicroseconds(took)
        }
        return try await callUntilAnswered(request, lane: lane)
    }

    private func callUntilAnswered(_ request: ELBRequest, lane: CallLane) async throws -> ELBAnswer {
        var attempt = 1
        var hasCorrectedClock = false
        while true {
            let key = try await credentials.credentials().key
            try await pacer.admit(request, lane: lane)
            let sentAt = clock.now()
            let outcome = try await send(request, key: key, attempt: attempt)
            guard case .failed(let failure, let serviceTime, let mayRetry) = outcome else {
                pacer.note(request, failure: nil)
                if case .answered(let response) = outcome { return ELBAnswer(response: response, sentAt: sentAt) }
                continue
            }
            pacer.note(request, failure: failure)
            if let serviceTime, !hasCorrectedClock, failure.isClockSkew {
                hasCorrectedClock = true
                correctClock(to: serviceTime)
                continue
            }
            guard mayRetry, attempt < retry.attemptsMax else { throw failure }
            logger.debug(
                "retrying an AWS call",
                metadata: [
                    "operation": "\(request.operation)", "attempt": "\(attempt)", "error": "\(failure)",
                    "lane": "\(lane)",
                ])
            // After too many calls the pacer says how long each lane keeps still.
            if !failure.isThrottling { try await sleep(after: attempt) }
            attempt += 1
        }
    }

    private func sleep(after attempt: Int) async throws {
        var generator = SystemRandomNumberGenerator()
        let wait = retry.delay(after: attempt, using: &generator)
        Timer(label: "weir_aws_wait_seconds", dimensions: [("reason", "failed")])
            .recordMicroseconds(wait.wholeMicroseconds)
        try await clock.sleep(wait)
    }

    private enum Outcome {
        case answered(ELBResponse)
        case failed(ELBFailure, serviceTime: SigningTime?, mayRetry: Bool)
    }

    private func send(_ request: ELBRequest, key: SigningKeyPair, attempt: Int) async throws -> Outcome {
        let outgoing = signed(request, with: key, attempt: attempt)
        if request.isMutating { try leadership.check() }
        do throws(AWSTransportFailure) {
            let answer = try await transport.send(outgoing)
            let outcome = outcome(of: request, answer, key: key)
            count(request, outcome)
            return outcome
        } catch {
            count(request, nil)
            let failure = ELBFailure(
                .unreachable,
                "\(request.operation) at \(endpoint): \(error.problem). Check --aws-endpoint-url and the network",
                httpStatus: 0)
            let mayRetry = !error.mayHaveArrived || request.isRepeatable
            return .failed(failure, serviceTime: nil, mayRetry: mayRetry)
        }
    }

    /// Counts one request by what came of it; `nil`: no answer.
    private func count(_ request: ELBRequest, _ outcome: Outcome?) {
        let result =
            switch outcome {
            case .answered: "ok"
            case .failed(let failure, _, _) where failure.isThrottling: "throttled"
            case .failed(let failure, _, _): failure.httpStatus >= 500 ? "server_error" : "refused"
            case nil: "no_answer"
            }
        Counter(
            label: "weir_aws_requests_total", dimensions: [("operation", request.operation), ("result", result)]
        ).increment()
    }

    private func outcome(of request: ELBRequest, _ answer: AWSHTTPResponse, key: SigningKeyPair) -> Outcome {
        do throws(ELBFailure) {
            if answer.status == 200 { return .answered(try ELBResponse(xml: answer.body, for: request.operation)) }
        } catch {
            return .failed(error, serviceTime: nil, mayRetry: false)
        }
        let failure = ELBFailure(xml: answer.body, httpStatus: answer.status).explained(request, region: region)
        if failure.code == .expiredToken { credentials.invalidate(key) }
        let serviceTime = answer.header("date").flatMap(HTTPDate.parse)
        let mayRetry = failure.isTransient || failure.code == .expiredToken
        return .failed(failure, serviceTime: serviceTime, mayRetry: mayRetry)
    }

    private func signed(_ request: ELBRequest, with key: SigningKeyPair, attempt: Int) -> AWSHTTPRequest {
        let body = Array(request.formBody.utf8)
        let seconds = clock.now().secondsSinceEpoch + clockCorrection.withLock { $0 }
        var signed = endpoint.signedForm(
            body, with: key, region: region, service: .elasticLoadBalancing, seconds: seconds,
            timeout: Self.attemptTimeout)
        signed.headers.append(("User-Agent", userAgent))
        signed.headers.append(("amz-sdk-request", "attempt=\(attempt); max=\(retry.attemptsMax)"))
        return signed
    }

    private func correctClock(to serviceTime: SigningTime) {
        let correction = serviceTime.secondsSince1970 - clock.now().secondsSinceEpoch
        clockCorrection.withLock { $0 = correction }
        logger.warning("the clock differs from AWS's", metadata: ["correction": "\(correction)s"])
    }
}

extension ELBFailure {
    /// With the permission that is missing, when that is what the refusal is about.
    fileprivate func explained(_ request: ELBRequest, region: String) -> ELBFailure {
        guard isDenied else { return self }
        var failure = self
        failure.message += " [allow elasticloadbalancing:\(request.operation) in \(region)]"
        return failure
    }

    /// Whether the service refused the signature's time.
    fileprivate var isClockSkew: Bool {
        code == "RequestExpired" || code == "RequestTimeTooSkewed"
            || (code == .signatureDoesNotMatch
                && (message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current")))
    }
}

extension ELBRequest {
    /// Whether sending the call twice does what sending it once does. CreateRule answers PriorityInUse the second time,
    /// DeleteRule and DeleteListener NotFound.
    fileprivate var isRepeatable: Bool {
        switch self {
        case .createRule, .deleteRule, .deleteListener: false
        default: true
        }
    }
}
