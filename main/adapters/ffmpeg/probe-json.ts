/** The parts of `ffprobe -of json` that are read here. Anything may be missing; numbers may be text or `N/A`. */
export interface ProbeJson {
  readonly format?: {
    readonly format_name?: string;
    readonly duration?: string;
    readonly start_time?: string;
    readonly size?: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
  readonly streams?: readonly ProbeStream[];
  readonly chapters?: readonly unknown[];
  readonly frames?: readonly ProbeFrame[];
}

export interface ProbeStream {
  readonly index: number;
  readonly codec_name?: string;
  readonly codec_type?: string;
  readonly codec_tag_string?: string;
  readonly width?: number;
  readonly height?: number;
  readonly pix_fmt?: string;
  readonly bits_per_raw_sample?: string;
  readonly time_base?: string;
  readonly start_pts?: number;
  readonly r_frame_rate?: string;
  readonly avg_frame_rate?: string;
  readonly nb_frames?: string;
  readonly sample_aspect_ratio?: string;
  readonly field_order?: string;
  readonly closed_captions?: number;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_primaries?: string;
  readonly color_transfer?: string;
  readonly chroma_location?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly ProbeSideData[];
}

export interface ProbeSideData {
  readonly side_data_type?: string;
  readonly rotation?: number;
  readonly displaymatrix?: string;
  readonly dv_profile?: number;
  readonly dv_bl_signal_compatibility_id?: number;
  /** Of a mastering display: fractions as text. */
  readonly red_x?: string;
  readonly red_y?: string;
  readonly green_x?: string;
  readonly green_y?: string;
  readonly blue_x?: string;
  readonly blue_y?: string;
  readonly white_point_x?: string;
  readonly white_point_y?: string;
  readonly min_luminance?: string;
  readonly max_luminance?: string;
  /** Of the content's light level. */
  readonly max_content?: number;
  readonly max_average?: number;
}

export interface ProbeFrame {
  readonly interlaced_frame?: number;
  readonly pix_fmt?: string;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_primaries?: string;
  readonly color_transfer?: string;
  readonly chroma_location?: string;
  readonly side_data_list?: readonly ProbeSideData[];
}
