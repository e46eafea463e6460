/// What the metrics mean, and the bounds of their histograms.
enum MetricCatalog {
    /// One line for people.
    static func help(_ name: String) -> String { texts[name] ?? "A metric of Weir." }

    /// The upper bounds of a histogram's buckets, growing, without infinity.
    static func bounds(_ name: String) -> [Double] {
        name == "weir_aws_wait_seconds"
            ? [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20] : [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60]
    }

    private static let texts = [
        "weir_build_info": "1, with the version as a label.",
        "weir_leader": "Whether this process holds the lease and may write.",
        "weir_open_writes": "Writes that were begun and not answered.",
        "weir_reconcile_seconds": "How long it took to plan a key and to carry the plan out.",
        "weir_queue_depth": "Keys that are due and wait for a worker.",
        "weir_queue_later": "Keys that wait for their time.",
        "weir_queue_working": "Keys that are worked on.",
        "weir_cache_objects": "Objects in the cache.",
        "weir_cache_synced": "Whether a kind has been listed.",
        "weir_writes_total": "Writes to the API server.",
        "weir_watch_restarts_total": "Watches that ended and were begun again; 'ended' is the server's regular end.",
        "weir_events_total": "Kubernetes Events, by what became of them.",
        "weir_aws_requests_total": "Requests to AWS, each repetition counted.",
        "weir_aws_call_seconds": "How long a call of AWS took, with its repetitions and the waits between them.",
        "weir_aws_wait_seconds": "Waits before a request to AWS is repeated.",
        "weir_aws_budget_wait_seconds": "How long calls of AWS were held back to stay within the account's budget.",
        "weir_aws_budget_tokens": "Calls of AWS that a budget has room for now.",
        "weir_aws_budget_percent": "The part of the published budget that is used after AWS has refused calls.",
        "weir_aws_throttled_total": "Calls that AWS refused because there were too many.",
        "process_cpu_seconds_total": "Total user and system CPU time spent in seconds.",
        "process_resident_memory_bytes": "Resident memory size in bytes.",
        "process_virtual_memory_bytes": "Virtual memory size in bytes.",
        "process_start_time_seconds": "Start time of the process since unix epoch in seconds.",
    ]
}
