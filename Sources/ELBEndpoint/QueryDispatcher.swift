package import AWSSigning
import ELBModel
import KubernetesModel
package import LoadBalancerState

/// An HTTP request to the endpoint, with its body.
package struct EndpointRequest: Sendable {
    /// In upper case.
    package var method: String
    /// As on the wire, without the query.
    package var path: String
    /// As on the wire, without "?"; empty when there is none.
    package var query: String
    /// With `host`.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(
        method: String, path: String = "/", query: String = "", headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// The endpoint's answer; the body is always XML.
package struct EndpointAnswer: Equatable, Sendable {
    package var status: Int
    package var body: String
    package var requestID: String
    /// The operation that was asked for, `-` when there was none; for logs.
    package var operation: String
    /// The code of a refusal; `nil` when the call succeeded.
    package var errorCode: String?
    /// Whether the caller gets no answer at all: its connection is closed.
    package var isLost = false
}

/// Answers calls of the Query protocol from a `LoadBalancerStore`: checks the signature, reads the call by version and
/// action, and writes the answer or refusal as XML.
package struct QueryDispatcher: Sendable {
    /// Calls that arrive without a valid signature are refused unless this is `nil`.
    package var verifier: SignatureVerifier?
    private let store: LoadBalancerStore
    private let accountID: String
    private let region: String

    package init(store: LoadBalancerStore, verifier: SignatureVerifier?) {
        self.store = store
        self.verifier = verifier
        (accountID, region) = store.read { state, _ in (state.configuration.accountID, state.configuration.region) }
    }

    /// The answer to `request`; every problem of the request becomes a refusal in XML.
    package func answer(_ request: EndpointRequest, requestID: String) -> EndpointAnswer {
        var operation = "-"
        do throws(ELBFailure) {
            let caller = try authenticate(request)
            let items = try parameters(of: request)
            operation = items.last { $0.name == "Action" }?.value ?? "-"
            let body = try call(items, operation: operation, caller: caller, requestID: requestID)
            return EndpointAnswer(status: 200, body: body, requestID: requestID, operation: operation)
        } catch {
            return Self.refusal(error, operation: operation, requestID: requestID)
        }
    }

    /// The answer to `request`, once what it did is safe and so is all that it shows.
    package func safeAnswer(_ request: EndpointRequest, requestID: String) async -> EndpointAnswer {
        let answer = answer(request, requestID: requestID)
        guard let problem = await store.waitUntilSafe() else { return answer }
        let failure = ELBFailure(.internalFailure, problem)
        return Self.refusal(failure, operation: answer.operation, requestID: requestID)
    }

    private static func refusal(_ failure: ELBFailure, operation: String, requestID: String) -> EndpointAnswer {
        EndpointAnswer(
            status: failure.httpStatus, body: failure.xml(requestID: requestID), requestID: requestID,
            operation: operation, errorCode: failure.code.rawValue, isLost: failure.code == .unreachable)
    }

    /// The access key that signed the request.
    private func authenticate(_ request: EndpointRequest) throws(ELBFailure) -> String {
        guard let verifier else { return "anonymous" }
        let signable = SignableRequest(
            method: request.method, path: request.path, query: request.query, headers: request.headers,
            body: request.body)
        let now = SigningTime(secondsSince1970: store.callersTime.secondsSinceEpoch)
        let header: AuthorizationHeader
        do throws(SignatureRejection) {
            header = try verifier.verify(signable, services: ["elasticloadbalancing", "sts"], now: now)
        } catch {
            throw ELBFailure(.init(rawValue: error.code), error.message, httpStatus: error.httpStatus)
        }
        guard header.scope.region == region else {
            let message = "Credential should be scoped to a valid region. This endpoint is in '\(region)', the call"
            throw ELBFailure(.signatureDoesNotMatch, "\(message) was signed for '\(header.scope.region)'")
        }
        return header.accessKeyID
    }

    private func parameters(of request: EndpointRequest) throws(ELBFailure) -> [QueryItem] {
        guard request.path == "/" else {
            throw ELBFailure(
                "UnknownOperationException", "Nothing is served at '\(request.path)'. Send calls to '/'",
                httpStatus: 404)
        }
        switch request.method {
        case "GET": return try FormEncoding.decode(request.query)
        case "POST":
            let items = try FormEncoding.decode(request.query)
            return try items + FormEncoding.decode(String(decoding: request.body, as: UTF8.self))
        default:
            throw ELBFailure(
                "UnsupportedHttpVerb", "The method '\(request.method)' is not supported. Use POST or GET",
                httpStatus: 405)
        }
    }

    private func call(
        _ items: [QueryItem], operation: String, caller: String, requestID: String
    ) throws(ELBFailure) -> String {
        let version = items.last { $0.name == "Version" }?.value
        if version == SecurityTokenAnswer.version {
            return try SecurityTokenAnswer.xml(
                operation: operation, accountID: accountID, caller: caller, requestID: requestID)
        }
        let request = try ELBRequest(query: items)
        return try store.call(request).xml(for: request.operation, requestID: requestID)
    }
}
